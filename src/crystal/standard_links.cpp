// SPDX-License-Identifier: MPL-2.0
// All of Polyform's own links, and those of nucleotides.
#include "crystal/standard_links.hpp"

#include "crystal/link_notation.hpp"

namespace polyform::crystal {

// Parkinson et al. (1996) Acta Cryst. D52, 57.
const char* const nucleotide_links = R"(
link p  . DNA/RNA DEL-HO3'  . DNA/RNA DEL-OP3
  bond   1.O3' 2.P         1.607 0.012
  angle  1.C3' 1.O3' 2.P   119.7 1.2
  angle  1.O3' 2.P 2.OP1   107.4 3.2
  angle  1.O3' 2.P 2.OP2   108.3 3.2
  angle  1.O3' 2.P 2.O5'   104.0 1.9

modification DEL-HO3'  . DNA/RNA   # bonded at O3'
  delete HO3'

modification DEL-OP3  . DNA/RNA    # bonded at P
  delete OP3 HOP3

modification 5END  . DNA/RNA       # hydroxyl at the 5' end
  add bond  O5' HO5'      0.840 0.020
  add angle C5' O5' HO5'  109.5 3.0
)";

void add_standard_links(gemmi::MonLib& library) {
  add_links(peptide_links, library);
  add_links(nucleotide_links, library);
  add_links(sugar_links(), library);
}

}  // namespace polyform::crystal
