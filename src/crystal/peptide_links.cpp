// SPDX-License-Identifier: MPL-2.0
// Links of amino acids: peptides, caps, disulphides; modifications of chain ends.
//
// Sources of the values:
//   peptides, chain ends  Engh & Huber (2001) Int. Tables F, table 18.3.2.3; the C-terminal
//                         carboxylate as that of aspartate there
//   disulphides           Engh & Huber (1991) Acta Cryst. A47, 392
// Hydrogens stand where electron clouds have them (N-H 0.86 A). Angles round a flat atom sum to 360
// degrees: hydrogens are placed only where they do.
#include "crystal/standard_links.hpp"

namespace polyform::crystal {

const char* const peptide_links = R"(
link TRANS  . peptide DEL-OXT  . peptide DEL-HN1
  bond    1.C 2.N             1.336 0.023
  angle   1.CA 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.CA        121.7 2.5
  angle   1.C 2.N 2.H         124.3 3.0
  torsion omega 1.CA 1.C 2.N 2.CA   180 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.H

link CIS  . peptide DEL-OXT  . peptide DEL-HN1
  bond    1.C 2.N             1.336 0.023
  angle   1.CA 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.CA        121.7 2.5
  angle   1.C 2.N 2.H         124.3 3.0
  torsion omega 1.CA 1.C 2.N 2.CA   0 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.H

link PTRANS  . peptide DEL-OXT  . P-peptide DEL-HNP
  bond    1.C 2.N             1.338 0.019
  angle   1.CA 1.C 2.N        117.1 2.8
  angle   1.O  1.C 2.N        121.1 1.9
  angle   1.C 2.N 2.CA        119.3 1.5
  angle   1.C 2.N 2.CD        128.4 2.1
  torsion omega 1.CA 1.C 2.N 2.CA   180 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.CD

link PCIS  . peptide DEL-OXT  . P-peptide DEL-HNP
  bond    1.C 2.N             1.338 0.019
  angle   1.CA 1.C 2.N        117.1 2.8
  angle   1.O  1.C 2.N        121.1 1.9
  angle   1.C 2.N 2.CA        127.0 2.4
  angle   1.C 2.N 2.CD        120.6 2.2
  torsion omega 1.CA 1.C 2.N 2.CA   0 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.CD

link NMTRANS  . peptide DEL-OXT  . M-peptide DEL-NMH
  bond    1.C 2.N             1.336 0.023
  angle   1.CA 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.CA        121.7 2.5
  angle   1.C 2.N 2.CN        122.0 3.0
  torsion omega 1.CA 1.C 2.N 2.CA   180 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.CN

link NMCIS  . peptide DEL-OXT  . M-peptide DEL-NMH
  bond    1.C 2.N             1.336 0.023
  angle   1.CA 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.CA        121.7 2.5
  angle   1.C 2.N 2.CN        122.0 3.0
  torsion omega 1.CA 1.C 2.N 2.CA   0 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.CN

link ACE_C-N  ACE . CAP-C  . peptide DEL-HN1
  bond    1.C 2.N             1.336 0.023
  angle   1.CH3 1.C 2.N       117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.CA        121.7 2.5
  angle   1.C 2.N 2.H         124.3 3.0
  torsion omega 1.CH3 1.C 2.N 2.CA  180 5 0
  plane   1.CH3 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.H

# No torsion where its atoms are hydrogens: a link whose torsion cannot be seen is not matched.
link FOR_C-N  FOR . FOR-C  . peptide DEL-HN1
  bond    1.C 2.N             1.336 0.023
  angle   1.H1 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.CA        121.7 2.5
  angle   1.C 2.N 2.H         124.3 3.0
  plane   1.H1 1.C 1.O 2.N
  plane   1.C 2.N 2.CA 2.H

link NME_N-C  . peptide DEL-OXT  NME . CAP-N
  bond    1.C 2.N             1.336 0.023
  angle   1.CA 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.C         121.7 2.5
  angle   1.C 2.N 2.HN1       118.3 3.0
  torsion omega 1.CA 1.C 2.N 2.C    180 5 0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.C 2.HN1

link pep-NH2  . peptide DEL-OXT  NH2 . CAP-NH2
  bond    1.C 2.N             1.336 0.023
  angle   1.CA 1.C 2.N        117.2 2.2
  angle   1.O  1.C 2.N        122.7 1.6
  angle   1.C 2.N 2.HN1       120.0 3.0
  angle   1.C 2.N 2.HN2       120.0 3.0
  plane   1.CA 1.C 1.O 2.N
  plane   1.C 2.N 2.HN1 2.HN2

link SS  . peptide CYS-SS  . peptide CYS-SS
  bond    1.SG 2.SG            2.030 0.020
  angle   1.CB 1.SG 2.SG       103.8 1.8
  angle   1.SG 2.SG 2.CB       103.8 1.8
  torsion ss 1.CB 1.SG 2.SG 2.CB  90 10 2

modification DEL-OXT  . peptide   # bonded at C
  delete OXT HXT
  type   O O
  change bond  C O     1.229 0.019 double
  change angle CA C O  120.1 2.1

modification DEL-HN1  . peptide   # bonded at N
  delete H1 H2 H3 HN1 HN2 HN3
  type   N NH1
  add    bond  N H     0.860 0.020
  change bond  N CA    1.459 0.020
  add    angle CA N H  114.0 3.0

modification DEL-HNP  . peptide   # proline, bonded at N
  delete H H1 H2 H3 HN HN1 HN2 HT1
  type   N N
  change bond  N CA    1.468 0.017

modification DEL-NMH  . peptide   # N-methyl, bonded at N
  delete H H2
  type   N N
  change angle CA N CN  116.3 3.0

modification COO  . peptide       # carboxylate at the C end
  type   O OC
  change bond  C O       1.249 0.019 deloc
  add    bond  C OXT     1.249 0.019 deloc
  change angle CA C O    118.3 2.0
  add    angle CA C OXT  118.3 2.0
  add    angle O C OXT   123.3 1.9
  add    plane CA C O OXT

modification NH3  . peptide       # ammonium at the N end; CD is proline's
  delete H
  type   N NT3
  add bond  N H1     0.890 0.020
  add bond  N H2     0.890 0.020
  add bond  N H3     0.890 0.020
  add angle CA N H1  109.5 3.0
  add angle CA N H2  109.5 3.0
  add angle CA N H3  109.5 3.0
  add angle CD N H1  109.5 3.0
  add angle CD N H2  109.5 3.0
  add angle CD N H3  109.5 3.0
  add angle H1 N H2  109.5 3.0
  add angle H2 N H3  109.5 3.0
  add angle H1 N H3  109.5 3.0

modification CYS-SS  . peptide    # cysteine without its H
  delete HG
  type   SG S2

modification CAP-C  ACE .         # acetyl without the H of C
  delete H OXT

modification FOR-C  FOR .         # formyl without an H of C
  delete H2

modification CAP-N  NME .         # methylamine without an H
  delete HN2

modification CAP-NH2  NH2 .       # ammonia without an H
  delete HN
)";

}  // namespace polyform::crystal
