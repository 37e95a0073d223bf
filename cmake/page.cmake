# The web page is a part of the program: page.cpp holds its files, or none. Needs PYTHON.
option(CHATREPORTS_PAGE "Build the web page, which needs npm" ON)

function(chatreports_page target)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp)
  set(folder ${PROJECT_BINARY_DIR}/page)
  set(embed ${PROJECT_SOURCE_DIR}/tools/embed_page.py)
  if(CHATREPORTS_PAGE)
    file(GLOB_RECURSE parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/src/*
      ${PROJECT_SOURCE_DIR}/docs/definitions/*.md)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*.mjs
      ${PROJECT_SOURCE_DIR}/web/*.json)
    set(build COMMAND ${PROJECT_SOURCE_DIR}/tools/build_page.sh ${PROJECT_SOURCE_DIR} ${folder})
  endif()
  add_custom_command(OUTPUT ${source} ${build}
    COMMAND ${PYTHON} ${embed} ${folder}/web/dist ${source}
    DEPENDS ${parts} ${files} ${embed} ${PROJECT_SOURCE_DIR}/tools/build_page.sh
    COMMENT "Building the web page" VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
