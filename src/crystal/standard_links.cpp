// SPDX-License-Identifier: MPL-2.0
// Polyform's own links and modifications, for libraries that have monomers only.
//
// Sources of the values:
//   peptides, chain ends    Engh & Huber (2001) Int. Tables F, table 18.3.2.3; the C-terminal
//                           carboxylate as that of aspartate there
//   disulphides             Engh & Huber (1991) Acta Cryst. A47, 392
//   phosphodiesters         Parkinson et al. (1996) Acta Cryst. D52, 57
//   glycosidic bonds        Arnott & Scott (1972) J. Chem. Soc. Perkin II, 324
//   N-glycosidic bonds      Imberty & Perez (1995) Protein Eng. 8, 699
// Hydrogens stand where electron clouds have them (N-H 0.86, O-H 0.84 A).
#include "standard_links.hpp"

#include <array>
#include <initializer_list>

namespace polyform::crystal {
namespace {

const char* const links_of_polymers = R"(
data_link_list
loop_
_chem_link.id
_chem_link.comp_id_1
_chem_link.mod_id_1
_chem_link.group_comp_1
_chem_link.comp_id_2
_chem_link.mod_id_2
_chem_link.group_comp_2
_chem_link.name
TRANS   .   DEL-OXT  peptide . DEL-HN1  peptide   'peptide, trans'
CIS     .   DEL-OXT  peptide . DEL-HN1  peptide   'peptide, cis'
PTRANS  .   DEL-OXT  peptide . DEL-HNP  P-peptide 'peptide of proline, trans'
PCIS    .   DEL-OXT  peptide . DEL-HNP  P-peptide 'peptide of proline, cis'
NMTRANS .   DEL-OXT  peptide . DEL-NMH  M-peptide 'peptide of an N-methyl residue, trans'
NMCIS   .   DEL-OXT  peptide . DEL-NMH  M-peptide 'peptide of an N-methyl residue, cis'
SS      .   CYS-SS   peptide . CYS-SS   peptide   'disulphide'
p       .   DEL-HO3  DNA/RNA . DEL-OP3  DNA/RNA   'phosphodiester'
ACE_C-N ACE CAP-C    .       . DEL-HN1  peptide   'acetyl on N'
FOR_C-N FOR FOR-C    .       . DEL-HN1  peptide   'formyl on N'
NME_N-C .   DEL-OXT  peptide NME CAP-N  .         'methylamide on C'
pep-NH2 .   DEL-OXT  peptide NH2 CAP-NH2 .        'amide on C'

data_link_PTRANS
loop_
_chem_link_bond.atom_1_comp_id
_chem_link_bond.atom_id_1
_chem_link_bond.atom_2_comp_id
_chem_link_bond.atom_id_2
_chem_link_bond.type
_chem_link_bond.value_dist
_chem_link_bond.value_dist_esd
1 C 2 N single 1.338 0.019
loop_
_chem_link_angle.atom_1_comp_id
_chem_link_angle.atom_id_1
_chem_link_angle.atom_2_comp_id
_chem_link_angle.atom_id_2
_chem_link_angle.atom_3_comp_id
_chem_link_angle.atom_id_3
_chem_link_angle.value_angle
_chem_link_angle.value_angle_esd
1 CA 1 C 2 N  117.1 2.8
1 O  1 C 2 N  121.1 1.9
1 C  2 N 2 CA 119.3 1.5
1 C  2 N 2 CD 128.4 2.1
loop_
_chem_link_tor.id
_chem_link_tor.atom_1_comp_id
_chem_link_tor.atom_id_1
_chem_link_tor.atom_2_comp_id
_chem_link_tor.atom_id_2
_chem_link_tor.atom_3_comp_id
_chem_link_tor.atom_id_3
_chem_link_tor.atom_4_comp_id
_chem_link_tor.atom_id_4
_chem_link_tor.value_angle
_chem_link_tor.value_angle_esd
_chem_link_tor.period
omega 1 CA 1 C 2 N 2 CA 180.0 5.0 0
loop_
_chem_link_plane.plane_id
_chem_link_plane.atom_comp_id
_chem_link_plane.atom_id
_chem_link_plane.dist_esd
plane1 1 CA 0.02
plane1 1 C  0.02
plane1 1 O  0.02
plane1 2 N  0.02
plane2 1 C  0.02
plane2 2 N  0.02
plane2 2 CA 0.02
plane2 2 CD 0.02

data_link_PCIS
loop_
_chem_link_bond.atom_1_comp_id
_chem_link_bond.atom_id_1
_chem_link_bond.atom_2_comp_id
_chem_link_bond.atom_id_2
_chem_link_bond.type
_chem_link_bond.value_dist
_chem_link_bond.value_dist_esd
1 C 2 N single 1.338 0.019
loop_
_chem_link_angle.atom_1_comp_id
_chem_link_angle.atom_id_1
_chem_link_angle.atom_2_comp_id
_chem_link_angle.atom_id_2
_chem_link_angle.atom_3_comp_id
_chem_link_angle.atom_id_3
_chem_link_angle.value_angle
_chem_link_angle.value_angle_esd
1 CA 1 C 2 N  117.1 2.8
1 O  1 C 2 N  121.1 1.9
1 C  2 N 2 CA 127.0 2.4
1 C  2 N 2 CD 120.6 2.2
loop_
_chem_link_tor.id
_chem_link_tor.atom_1_comp_id
_chem_link_tor.atom_id_1
_chem_link_tor.atom_2_comp_id
_chem_link_tor.atom_id_2
_chem_link_tor.atom_3_comp_id
_chem_link_tor.atom_id_3
_chem_link_tor.atom_4_comp_id
_chem_link_tor.atom_id_4
_chem_link_tor.value_angle
_chem_link_tor.value_angle_esd
_chem_link_tor.period
omega 1 CA 1 C 2 N 2 CA 0.0 5.0 0
loop_
_chem_link_plane.plane_id
_chem_link_plane.atom_comp_id
_chem_link_plane.atom_id
_chem_link_plane.dist_esd
plane1 1 CA 0.02
plane1 1 C  0.02
plane1 1 O  0.02
plane1 2 N  0.02
plane2 1 C  0.02
plane2 2 N  0.02
plane2 2 CA 0.02
plane2 2 CD 0.02

data_link_SS
loop_
_chem_link_bond.atom_1_comp_id
_chem_link_bond.atom_id_1
_chem_link_bond.atom_2_comp_id
_chem_link_bond.atom_id_2
_chem_link_bond.type
_chem_link_bond.value_dist
_chem_link_bond.value_dist_esd
1 SG 2 SG single 2.030 0.020
loop_
_chem_link_angle.atom_1_comp_id
_chem_link_angle.atom_id_1
_chem_link_angle.atom_2_comp_id
_chem_link_angle.atom_id_2
_chem_link_angle.atom_3_comp_id
_chem_link_angle.atom_id_3
_chem_link_angle.value_angle
_chem_link_angle.value_angle_esd
1 CB 1 SG 2 SG 103.8 1.8
1 SG 2 SG 2 CB 103.8 1.8
loop_
_chem_link_tor.id
_chem_link_tor.atom_1_comp_id
_chem_link_tor.atom_id_1
_chem_link_tor.atom_2_comp_id
_chem_link_tor.atom_id_2
_chem_link_tor.atom_3_comp_id
_chem_link_tor.atom_id_3
_chem_link_tor.atom_4_comp_id
_chem_link_tor.atom_id_4
_chem_link_tor.value_angle
_chem_link_tor.value_angle_esd
_chem_link_tor.period
ss 1 CB 1 SG 2 SG 2 CB 90.0 10.0 2

data_link_p
loop_
_chem_link_bond.atom_1_comp_id
_chem_link_bond.atom_id_1
_chem_link_bond.atom_2_comp_id
_chem_link_bond.atom_id_2
_chem_link_bond.type
_chem_link_bond.value_dist
_chem_link_bond.value_dist_esd
1 "O3'" 2 P single 1.607 0.012
loop_
_chem_link_angle.atom_1_comp_id
_chem_link_angle.atom_id_1
_chem_link_angle.atom_2_comp_id
_chem_link_angle.atom_id_2
_chem_link_angle.atom_3_comp_id
_chem_link_angle.atom_id_3
_chem_link_angle.value_angle
_chem_link_angle.value_angle_esd
1 "C3'" 1 "O3'" 2 P     119.7 1.2
1 "O3'" 2 P     2 OP1   107.4 3.2
1 "O3'" 2 P     2 OP2   108.3 3.2
1 "O3'" 2 P     2 "O5'" 104.0 1.9

data_mod_list
loop_
_chem_mod.id
_chem_mod.name
_chem_mod.comp_id
_chem_mod.group_id
DEL-OXT 'peptide bonded at C'         . peptide
DEL-HN1 'peptide bonded at N'         . peptide
DEL-HNP 'proline bonded at N'         . peptide
DEL-NMH 'N-methyl bonded at N'        . peptide
COO     'carboxylate at the C end'    . peptide
NH3     'ammonium at the N end'       . peptide
CYS-SS  'cysteine without its H'      . peptide
CAP-C   'acetyl without the H of C'   ACE .
FOR-C   'formyl without an H of C'    FOR .
CAP-N   'methylamine without an H'    NME .
CAP-NH2 'ammonia without an H'        NH2 .
DEL-HO3 "nucleotide bonded at O3'"    . DNA/RNA
DEL-OP3 'nucleotide bonded at P'      . DNA/RNA
5END    "hydroxyl at the 5' end"     . DNA/RNA

data_mod_DEL-OXT
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete OXT . O . .
delete HXT . H . .
change O . O O .
loop_
_chem_mod_bond.function
_chem_mod_bond.atom_id_1
_chem_mod_bond.atom_id_2
_chem_mod_bond.new_type
_chem_mod_bond.new_value_dist
_chem_mod_bond.new_value_dist_esd
change C O double 1.229 0.019
loop_
_chem_mod_angle.function
_chem_mod_angle.atom_id_1
_chem_mod_angle.atom_id_2
_chem_mod_angle.atom_id_3
_chem_mod_angle.new_value_angle
_chem_mod_angle.new_value_angle_esd
change CA C O 120.1 2.1

data_mod_DEL-HN1
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete H1  . H . .
delete H2  . H . .
delete H3  . H . .
delete HN1 . H . .
delete HN2 . H . .
delete HN3 . H . .
change N . N NH1 .
loop_
_chem_mod_bond.function
_chem_mod_bond.atom_id_1
_chem_mod_bond.atom_id_2
_chem_mod_bond.new_type
_chem_mod_bond.new_value_dist
_chem_mod_bond.new_value_dist_esd
add    N H  single 0.860 0.020
change N CA single 1.459 0.020
loop_
_chem_mod_angle.function
_chem_mod_angle.atom_id_1
_chem_mod_angle.atom_id_2
_chem_mod_angle.atom_id_3
_chem_mod_angle.new_value_angle
_chem_mod_angle.new_value_angle_esd
add CA N H 114.0 3.0

data_mod_DEL-HNP
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete H   . H . .
delete H1  . H . .
delete H2  . H . .
delete H3  . H . .
delete HN  . H . .
delete HN1 . H . .
delete HN2 . H . .
delete HT1 . H . .
change N . N N .
loop_
_chem_mod_bond.function
_chem_mod_bond.atom_id_1
_chem_mod_bond.atom_id_2
_chem_mod_bond.new_type
_chem_mod_bond.new_value_dist
_chem_mod_bond.new_value_dist_esd
change N CA single 1.468 0.017

data_mod_DEL-NMH
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete H   . H . .
delete H2  . H . .
change N . N N .

data_mod_COO
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
change O . O OC .
loop_
_chem_mod_bond.function
_chem_mod_bond.atom_id_1
_chem_mod_bond.atom_id_2
_chem_mod_bond.new_type
_chem_mod_bond.new_value_dist
_chem_mod_bond.new_value_dist_esd
change C O   deloc 1.249 0.019
add    C OXT deloc 1.249 0.019
loop_
_chem_mod_angle.function
_chem_mod_angle.atom_id_1
_chem_mod_angle.atom_id_2
_chem_mod_angle.atom_id_3
_chem_mod_angle.new_value_angle
_chem_mod_angle.new_value_angle_esd
change CA C O   118.3 2.0
add    CA C OXT 118.3 2.0
add    O  C OXT 123.3 1.9
loop_
_chem_mod_plane_atom.function
_chem_mod_plane_atom.plane_id
_chem_mod_plane_atom.atom_id
_chem_mod_plane_atom.new_dist_esd
add carboxylate CA  0.02
add carboxylate C   0.02
add carboxylate O   0.02
add carboxylate OXT 0.02

data_mod_NH3
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete H . H . .
change N . N NT3 .
loop_
_chem_mod_bond.function
_chem_mod_bond.atom_id_1
_chem_mod_bond.atom_id_2
_chem_mod_bond.new_type
_chem_mod_bond.new_value_dist
_chem_mod_bond.new_value_dist_esd
add N H1 single 0.890 0.020
add N H2 single 0.890 0.020
add N H3 single 0.890 0.020
loop_
_chem_mod_angle.function
_chem_mod_angle.atom_id_1
_chem_mod_angle.atom_id_2
_chem_mod_angle.atom_id_3
_chem_mod_angle.new_value_angle
_chem_mod_angle.new_value_angle_esd
add CA N H1 109.5 3.0
add CA N H2 109.5 3.0
add CA N H3 109.5 3.0
add CD N H1 109.5 3.0
add CD N H2 109.5 3.0
add CD N H3 109.5 3.0
add H1 N H2 109.5 3.0
add H2 N H3 109.5 3.0
add H1 N H3 109.5 3.0

data_mod_CYS-SS
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete HG . H . .
change SG . S S2 .

data_mod_CAP-C
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete H   . H . .
delete OXT . O . .

data_mod_FOR-C
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete H2 . H . .

data_mod_CAP-N
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete HN2 . H . .

data_mod_CAP-NH2
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete HN . H . .

data_mod_DEL-HO3
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete "HO3'" . H . .

data_mod_DEL-OP3
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
delete OP3  . O . .
delete HOP3 . H . .

data_mod_5END
loop_
_chem_mod_bond.function
_chem_mod_bond.atom_id_1
_chem_mod_bond.atom_id_2
_chem_mod_bond.new_type
_chem_mod_bond.new_value_dist
_chem_mod_bond.new_value_dist_esd
add "O5'" "HO5'" single 0.840 0.020
loop_
_chem_mod_angle.function
_chem_mod_angle.atom_id_1
_chem_mod_angle.atom_id_2
_chem_mod_angle.atom_id_3
_chem_mod_angle.new_value_angle
_chem_mod_angle.new_value_angle_esd
add "C5'" "O5'" "HO5'" 109.5 3.0
)";

// A peptide bond. @before, @after and @third are what hangs on C and on N beside the bond's
// partners.
const char* const peptide_link = R"(
data_link_@id
loop_
_chem_link_bond.atom_1_comp_id
_chem_link_bond.atom_id_1
_chem_link_bond.atom_2_comp_id
_chem_link_bond.atom_id_2
_chem_link_bond.type
_chem_link_bond.value_dist
_chem_link_bond.value_dist_esd
1 C 2 N single 1.336 0.023
loop_
_chem_link_angle.atom_1_comp_id
_chem_link_angle.atom_id_1
_chem_link_angle.atom_2_comp_id
_chem_link_angle.atom_id_2
_chem_link_angle.atom_3_comp_id
_chem_link_angle.atom_id_3
_chem_link_angle.value_angle
_chem_link_angle.value_angle_esd
1 @before 1 C 2 N 117.2 2.2
1 O 1 C 2 N  122.7 1.6
1 C 2 N 2 @after 121.7 2.5
1 C 2 N 2 @third 122.0 3.0
loop_
_chem_link_plane.plane_id
_chem_link_plane.atom_comp_id
_chem_link_plane.atom_id
_chem_link_plane.dist_esd
plane1 1 @before 0.02
plane1 1 C  0.02
plane1 1 O  0.02
plane1 2 N  0.02
plane2 1 C  0.02
plane2 2 N  0.02
plane2 2 @after 0.02
plane2 2 @third 0.02
)";

// Left out where the atoms it needs are hydrogens: a link whose torsion cannot be seen is not
// matched.
const char* const omega_torsion = R"(
loop_
_chem_link_tor.id
_chem_link_tor.atom_1_comp_id
_chem_link_tor.atom_id_1
_chem_link_tor.atom_2_comp_id
_chem_link_tor.atom_id_2
_chem_link_tor.atom_3_comp_id
_chem_link_tor.atom_id_3
_chem_link_tor.atom_4_comp_id
_chem_link_tor.atom_id_4
_chem_link_tor.value_angle
_chem_link_tor.value_angle_esd
_chem_link_tor.period
omega 1 @before 1 C 2 N 2 @after @omega 5.0 0
)";

// A glycosidic bond from side 1 (@partner bonded to @next, optionally @branch off it) to the
// anomeric carbon @anomer of side 2, whose ring oxygen is @ring and whose other neighbours are @c
// and @h.
const char* const glycosidic_link = R"(
data_link_@id
loop_
_chem_link_bond.atom_1_comp_id
_chem_link_bond.atom_id_1
_chem_link_bond.atom_2_comp_id
_chem_link_bond.atom_id_2
_chem_link_bond.type
_chem_link_bond.value_dist
_chem_link_bond.value_dist_esd
1 @partner 2 @anomer single @length 0.020
loop_
_chem_link_angle.atom_1_comp_id
_chem_link_angle.atom_id_1
_chem_link_angle.atom_2_comp_id
_chem_link_angle.atom_id_2
_chem_link_angle.atom_3_comp_id
_chem_link_angle.atom_id_3
_chem_link_angle.value_angle
_chem_link_angle.value_angle_esd
1 @next 1 @partner 2 @anomer @bridge 3.0
1 @partner 2 @anomer 2 @ring @to_ring 3.0
1 @partner 2 @anomer 2 @c @to_c 3.0
1 @partner 2 @anomer 2 @h 109.5 3.0
loop_
_chem_link_chir.atom_centre_comp_id
_chem_link_chir.atom_id_centre
_chem_link_chir.atom_1_comp_id
_chem_link_chir.atom_id_1
_chem_link_chir.atom_2_comp_id
_chem_link_chir.atom_id_2
_chem_link_chir.atom_3_comp_id
_chem_link_chir.atom_id_3
_chem_link_chir.volume_sign
2 @anomer 1 @partner 2 @ring 2 @c @sign
)";

// What holds the nitrogen of a glycosylated asparagine flat.
const char* const flat_amide = R"(
loop_
_chem_link_tor.id
_chem_link_tor.atom_1_comp_id
_chem_link_tor.atom_id_1
_chem_link_tor.atom_2_comp_id
_chem_link_tor.atom_id_2
_chem_link_tor.atom_3_comp_id
_chem_link_tor.atom_id_3
_chem_link_tor.atom_4_comp_id
_chem_link_tor.atom_id_4
_chem_link_tor.value_angle
_chem_link_tor.value_angle_esd
_chem_link_tor.period
sp2_sp2 1 CB 1 CG 1 ND2 2 C1 180.0 10.0 2
loop_
_chem_link_plane.plane_id
_chem_link_plane.atom_comp_id
_chem_link_plane.atom_id
_chem_link_plane.dist_esd
plane1 1 CG   0.02
plane1 1 ND2  0.02
plane1 2 C1   0.02
plane1 1 HD21 0.02
)";

const char* const link_list_head = R"(
data_link_list
loop_
_chem_link.id
_chem_link.comp_id_1
_chem_link.mod_id_1
_chem_link.group_comp_1
_chem_link.comp_id_2
_chem_link.mod_id_2
_chem_link.group_comp_2
_chem_link.name
)";

const char* const mod_list_head = R"(
data_mod_list
loop_
_chem_mod.id
_chem_mod.name
_chem_mod.comp_id
_chem_mod.group_id
)";

const char* const deletion_head = R"(
loop_
_chem_mod_atom.function
_chem_mod_atom.atom_id
_chem_mod_atom.new_atom_id
_chem_mod_atom.new_type_symbol
_chem_mod_atom.new_type_energy
_chem_mod_atom.new_partial_charge
)";

struct Replacement {
  const char* key;
  std::string value;
};

std::string filled(std::string text, std::initializer_list<Replacement> replacements) {
  for (const Replacement& r : replacements)
    for (std::size_t at = 0; (at = text.find(r.key, at)) != std::string::npos;)
      text.replace(at, std::string(r.key).size(), r.value);
  return text;
}

/// The oxygen (or nitrogen) of side 1 and what it hangs on.
struct Donor {
  const char* id;       ///< in the name of the link
  const char* residue;  ///< "." for any of the group
  const char* group;
  const char* partner;   ///< atom that makes the bond
  const char* next;      ///< the atom it hangs on
  const char* hydrogen;  ///< which it loses
};
constexpr std::array donors = {
    Donor{"1-1", ".", "pyranose", "O1", "C1", "HO1"},
    Donor{"1-2", ".", "pyranose", "O2", "C2", "HO2"},
    Donor{"1-3", ".", "pyranose", "O3", "C3", "HO3"},
    Donor{"1-4", ".", "pyranose", "O4", "C4", "HO4"},
    Donor{"1-6", ".", "pyranose", "O6", "C6", "HO6"},
    Donor{"1-SER", "SER", "peptide", "OG", "CB", "HG"},
    Donor{"1-THR", "THR", "peptide", "OG1", "CB", "HG1"},
    Donor{"1-ASN", "ASN", "peptide", "ND2", "CG", "HD22"},
};
constexpr std::array donors_to_sialic_acid = {
    Donor{"2-3", ".", "pyranose", "O3", "C3", "HO3"},
    Donor{"2-4", ".", "pyranose", "O4", "C4", "HO4"},
    Donor{"2-6", ".", "pyranose", "O6", "C6", "HO6"},
    Donor{"2-8", ".", "ketopyranose", "O8", "C8", "HO8"},
};

/// Collects the three kinds of blocks that make a library file.
struct LinkFile {
  std::string links, link_blocks, mods, mod_blocks;

  void add_deletion(const std::string& id, const std::string& group,
                    std::initializer_list<const char*> atoms) {
    if (mods.find("\n" + id + " ") != std::string::npos) return;
    mods += "\n" + id + " '" + id + "' . " + group;
    mod_blocks += "\ndata_mod_" + id + deletion_head;
    for (const char* atom : atoms) mod_blocks += "delete " + std::string(atom) + " . X . .\n";
  }
  void add_link(const std::string& id, const Donor& donor, const std::string& donor_mod,
                const std::string& group, const std::string& acceptor_mod) {
    links += id + " " + donor.residue + " " + donor_mod + " " + donor.group + " . " + acceptor_mod +
             " " + group + " '" + id + "'\n";
  }
  std::string text() const {
    return link_list_head + links + link_blocks + mod_list_head + mods + "\n" + mod_blocks;
  }
};

void add_pyranose_links(LinkFile& file) {
  for (const Donor& donor : donors)
    for (const bool alpha : {true, false}) {
      const bool amide = std::string(donor.partner) == "ND2";
      const std::string id = (alpha ? "ALPHA" : "BETA") + std::string(donor.id);
      const std::string donor_mod = "DEL-" + std::string(donor.hydrogen);
      file.add_link(id, donor, donor_mod, "pyranose", "DEL-O1");
      file.add_deletion(donor_mod, donor.group, {donor.hydrogen});
      file.link_blocks += filled(glycosidic_link, {{"@id", id},
                                                   {"@partner", donor.partner},
                                                   {"@next", donor.next},
                                                   {"@anomer", "C1"},
                                                   {"@length", amide   ? "1.434"
                                                               : alpha ? "1.415"
                                                                       : "1.389"},
                                                   {"@bridge", amide ? "123.5" : "116.0"},
                                                   {"@to_ring", alpha ? "111.6" : "107.3"},
                                                   {"@to_c", amide ? "110.5" : "108.5"},
                                                   {"@ring", "O5"},
                                                   {"@c", "C2"},
                                                   {"@h", "H1"},
                                                   {"@sign", alpha ? "negative" : "positive"}});
      if (amide) file.link_blocks += flat_amide;
    }
  file.add_deletion("DEL-O1", "pyranose", {"O1", "HO1"});
}

void add_sialic_acid_links(LinkFile& file) {
  for (const Donor& donor : donors_to_sialic_acid)
    for (const bool alpha : {true, false}) {
      const std::string id = (alpha ? "ALPHA" : "BETA") + std::string(donor.id);
      const std::string donor_mod = "DEL-" + std::string(donor.hydrogen);
      file.add_link(id, donor, donor_mod, "ketopyranose", "DEL-O2");
      file.add_deletion(donor_mod, donor.group, {donor.hydrogen});
      // The chirality is that of (O, C1, C3), with the ring oxygen as the fourth neighbour.
      file.link_blocks += filled(glycosidic_link, {{"@id", id},
                                                   {"@partner", donor.partner},
                                                   {"@next", donor.next},
                                                   {"@anomer", "C2"},
                                                   {"@length", "1.415"},
                                                   {"@bridge", "116.0"},
                                                   {"@to_ring", "109.5"},
                                                   {"@to_c", "109.5"},
                                                   {"@ring", "C1"},
                                                   {"@c", "C3"},
                                                   {"@h", "O6"},
                                                   {"@sign", alpha ? "positive" : "negative"}});
    }
  file.add_deletion("DEL-O2", "ketopyranose", {"O2", "HO2"});
}

std::string peptide_links() {
  struct Kind {
    const char *id, *omega, *before, *after, *third;
  };
  constexpr std::array kinds = {
      Kind{"TRANS", "180.0", "CA", "CA", "H"},    Kind{"CIS", "0.0", "CA", "CA", "H"},
      Kind{"NMTRANS", "180.0", "CA", "CA", "CN"}, Kind{"NMCIS", "0.0", "CA", "CA", "CN"},
      Kind{"ACE_C-N", "180.0", "CH3", "CA", "H"}, Kind{"FOR_C-N", "", "H1", "CA", "H"},
      Kind{"NME_N-C", "180.0", "CA", "C", "HN1"}, Kind{"pep-NH2", "", "CA", "HN1", "HN2"}};
  std::string blocks;
  for (const Kind& kind : kinds) {
    const std::string torsion = *kind.omega != '\0' ? omega_torsion : "";
    blocks += filled(peptide_link + torsion, {{"@id", kind.id},
                                              {"@omega", kind.omega},
                                              {"@before", kind.before},
                                              {"@after", kind.after},
                                              {"@third", kind.third}});
  }
  return blocks;
}

}  // namespace

std::vector<std::string> standard_links() {
  LinkFile sugars;
  add_pyranose_links(sugars);
  add_sialic_acid_links(sugars);
  return {links_of_polymers + peptide_links(), sugars.text()};
}

}  // namespace polyform::crystal
