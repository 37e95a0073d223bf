# The program without shared libraries, for `./dev package`: CMake finds only archives (.a).
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(OPENSSL_USE_STATIC_LIBS ON)
set(ZLIB_USE_STATIC_LIBS ON)
# The map names the archives that are in the program, for packaging/write_sbom.py.
add_link_options(-static-pie -Wl,-Map=${CMAKE_BINARY_DIR}/chatreports.map)
set(CMAKE_SKIP_RPATH ON)

# Links the archive of a library, which has one of the names. The headers and definitions stay those of the shared library, so
# both programs are compiled alike. packaging/make_static_libraries.sh has made the archives that Debian lacks.
function(chatreports_link_archive target name)
  file(GLOB made_here ${PROJECT_SOURCE_DIR}/build/static_libraries/*-dev)
  find_library(archive_of_${name} NAMES ${name} ${ARGN} PATHS ${made_here} REQUIRED)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  foreach(configuration ${configurations})
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_${configuration} ${archive_of_${name}})
  endforeach()
endfunction()

# Debian has an archive of libcurl, too, but not this one, which needs nothing else.
function(chatreports_link_curl)
  find_library(archive_of_curl NAMES curl
    PATHS ${PROJECT_SOURCE_DIR}/build/static_libraries/libcurl4-openssl-dev NO_DEFAULT_PATH REQUIRED)
  set_target_properties(CURL::libcurl PROPERTIES IMPORTED_LOCATION ${archive_of_curl}
    INTERFACE_LINK_LIBRARIES "OpenSSL::SSL;OpenSSL::Crypto;ZLIB::ZLIB")
endfunction()

# Call this when all libraries are found.
function(chatreports_link_archives)
  chatreports_link_archive(fmt::fmt fmt)
  chatreports_link_archive(spdlog::spdlog spdlog)
  chatreports_link_archive(simdjson::simdjson simdjson simdjson_static)
  chatreports_link_archive(date::date-tz date-tz)
  chatreports_link_archive(Boost::url boost_url)
  chatreports_link_curl()
endfunction()
