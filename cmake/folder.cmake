# A folder of src/ is a stage of the pipeline and a library. Its sources are found by their names:
#   *_test.cpp   unit tests      → <folder>_test
#   *_fuzz.cpp   fuzz targets    → <name>_fuzz   (the fuzz preset only)
#   *_bench.cpp  benchmarks      → <folder>_bench
#   the rest     the library     → chatreports_<folder>
# DEPENDS names the folders that it may include, LIBRARIES the libraries of others.
function(chatreports_folder name)
  cmake_parse_arguments(FOLDER "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS;TEST_LIBRARIES" ${ARGN})
  set(library chatreports_${name})
  set(root ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${root}/*.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  set(benchmarks ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER benchmarks INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")

  set(depends ${FOLDER_DEPENDS})
  list(TRANSFORM depends PREPEND chatreports_)
  set(test_depends ${FOLDER_TEST_DEPENDS})
  list(TRANSFORM test_depends PREPEND chatreports_)

  if(sources)
    add_library(${library} STATIC ${sources})
    target_link_libraries(${library} PUBLIC chatreports_options ${depends} PRIVATE ${FOLDER_LIBRARIES})
  else()
    add_library(${library} INTERFACE)
    target_link_libraries(${library} INTERFACE chatreports_options ${depends})
  endif()

  if(tests AND CHATREPORTS_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${library} ${test_depends} ${FOLDER_TEST_LIBRARIES}
      GTest::gmock GTest::gtest_main rapidcheck rapidcheck_gtest)
    if(CMAKE_CXX_CLANG_TIDY)
      # The analyzer follows both ways out of each assertion, which takes as long as all other checks.
      set_property(TARGET ${name}_test PROPERTY
        CXX_CLANG_TIDY "${CMAKE_CXX_CLANG_TIDY};--checks=-clang-analyzer-*")
    endif()
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}/ DISCOVERY_TIMEOUT 120
      PROPERTIES TIMEOUT 600)
  endif()
  if(fuzzers AND CHATREPORTS_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(target ${fuzzer} NAME_WE)
      add_executable(${target} ${fuzzer})
      target_link_libraries(${target} PRIVATE ${library} ${test_depends} ${FOLDER_TEST_LIBRARIES}
        -fsanitize=fuzzer)
    endforeach()
  endif()
  if(benchmarks AND CHATREPORTS_BENCHMARKS)
    add_executable(${name}_bench ${benchmarks})
    target_link_libraries(${name}_bench PRIVATE ${library} ${test_depends} benchmark::benchmark_main)
  endif()
endfunction()
