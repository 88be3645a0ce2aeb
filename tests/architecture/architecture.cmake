# SPDX-License-Identifier: MPL-2.0
# The test of the tree itself: layer order, what each layer may use, first lines of files.
add_executable(architecture_test architecture/rules.cpp architecture/architecture_test.cpp)
target_link_libraries(architecture_test PRIVATE Catch2::Catch2)
target_include_directories(architecture_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(architecture_test PRIVATE POLYFORM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_test(NAME architecture COMMAND architecture_test)
set_tests_properties(architecture PROPERTIES LABELS architecture TIMEOUT 120)
