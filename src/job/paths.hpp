// SPDX-License-Identifier: MPL-2.0
// Every option of a job that names a file or a directory.
#pragma once

#include "polyform/job/job.hpp"

namespace polyform::job {

/// Calls change(path) for each path of the job, also where it is empty.
template <class Change>
void for_each_path(Job& job, Change change) {
  for (FormOptions& form : job.forms) {
    change(form.model);
    change(form.data);
    for (refine::NamedMapOptions& map : form.maps) change(map.file);
  }
  change(job.out);
  change(job.dictionary.monomers);
  for (std::string& ligand : job.dictionary.ligands) change(ligand);
  change(job.refine.map.file);
}

}  // namespace polyform::job
