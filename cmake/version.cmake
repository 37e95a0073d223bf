# CHATREPORTS_VERSION, the one place of the version: 0.3.0 at the tag v0.3.0, 0.3.0+14.g92e2e00 when 14 commits follow it. It is
# the version of project() where git or a tag is missing. Tags with a hyphen, such as v0.3.0-rc1, do not count.
set(CHATREPORTS_VERSION ${PROJECT_VERSION})
if(EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND git describe --tags --match v[0-9]* --exclude *-*
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(described MATCHES "^v([0-9]+(\\.[0-9]+)*)(-([0-9]+)-(g[0-9a-f]+))?$")
    set(CHATREPORTS_VERSION ${CMAKE_MATCH_1})
    if(CMAKE_MATCH_4)
      string(APPEND CHATREPORTS_VERSION +${CMAKE_MATCH_4}.${CMAKE_MATCH_5})
    endif()
  endif()
endif()
