# What `cmake --install` puts where:
#
#   bin/tundish  libexec/tundish/tundish-host  lib/libtundish.so  include/tundish/
#   lib/cmake/tundish/ (find_package(tundish) gives tundish::tundish)  share/tundish/schema/
#   share/doc/tundish/
#
# The prefix may be moved as a whole: the library and the programs find each other from where they
# are. The libraries they need beside libc and libstdc++ are linked in.

include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tundish")
set_target_properties(tundish PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")

install(TARGETS tundish RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS tundish-host RUNTIME DESTINATION libexec/tundish)  # fixed: find_host.cc looks there
install(TARGETS tundish_shared EXPORT tundish
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT tundish NAMESPACE tundish:: FILE tundishTargets.cmake
        DESTINATION "${package_folder}")

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/tundishConfig.cmake.in" "${PROJECT_BINARY_DIR}/tundishConfig.cmake"
  INSTALL_DESTINATION "${package_folder}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tundishConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tundishConfig.cmake"
              "${PROJECT_BINARY_DIR}/tundishConfigVersion.cmake"
        DESTINATION "${package_folder}")

foreach(document README.md LICENSE LICENCE)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${document}")
    install(FILES "${PROJECT_SOURCE_DIR}/${document}" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
  endif()
endforeach()
