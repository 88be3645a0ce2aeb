#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# One protein in two crystal forms, refined alone and together: real data of 1CBS at 2.5 A, and a simulated second form
# of the same protein at 3.2 A. Needs a built program (jobs/quickstart.sh); writes into ./two_forms.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
program=${POLYFORM_PROGRAM:-$root/build/polyform}
model=/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz
data=/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz
run="mpirun --oversubscribe -np ${POLYFORM_RANKS:-2} $program"

mkdir two_forms
cd two_forms
$run simulate $model --name second --space-group "P 61 2 2" --cell 90,90,140,90,90,120 --d-min 3.2 --seed 2 \
  --set simulate.coordinate_error=0.1 --out second
cat > joint.yaml <<EOF
forms:
  - {name: 1cbs, model: $model, data: $data, d_min: 2.5}
  - {name: second, model: second/second.pdb, data: second/second.mtz}
ncs:
  groups:
    - name: protein
      local: 4.2
      force: 20
      let_go: 0.5
      copies:
        - {form: 1cbs, atoms: chain A}
        - {form: second, atoms: chain A}
EOF
$run check joint.yaml
$run refine second/second.pdb second/second.mtz --out alone
$run refine joint.yaml --out joint
