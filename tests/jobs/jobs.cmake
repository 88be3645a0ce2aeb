# SPDX-License-Identifier: MPL-2.0
# The built program as a user runs it, alone and under mpirun: real refinements and bad input.
file(GLOB job_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/jobs/*.cpp)
add_executable(job_tests ${job_sources})
target_include_directories(job_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(job_tests PRIVATE POLYFORM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(job_tests PRIVATE Catch2::Catch2 polyform_crystal nlohmann_json::nlohmann_json)
add_dependencies(job_tests polyform)

# Open MPI starts in a third of the time where it looks for no network and no daemon, and ends a second
# earlier where it grants no grace to ranks that have all finished.
set(quick_start "OMPI_MCA_pml=ob1;OMPI_MCA_btl=self,vader;OMPI_MCA_osc=^ucx;OMPI_MCA_odls_base_sigkill_timeout=0")

foreach(kind command_line job_file bad_model bad_data bad_output refinement simulate config stages ncs same_bytes stop)
  add_test(NAME job_${kind} COMMAND job_tests "[${kind}]")
  set_tests_properties(job_${kind} PROPERTIES
    LABELS job PROCESSORS 2 TIMEOUT 1200 SKIP_RETURN_CODE 77
    ENVIRONMENT "${mpi_environment};${quick_start};POLYFORM_PROGRAM=$<TARGET_FILE:polyform>;POLYFORM_MPIRUN=${MPIEXEC_EXECUTABLE}")
endforeach()
