# What is installed besides the binary, and the Debian package: `cpack -G DEB` in the build directory.
set(PIISCRUB_GENERATED ${CMAKE_CURRENT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${PIISCRUB_GENERATED})
add_custom_command(
  OUTPUT ${PIISCRUB_GENERATED}/piiscrub.1.gz ${PIISCRUB_GENERATED}/piiscrub.bash ${PIISCRUB_GENERATED}/_piiscrub
         ${PIISCRUB_GENERATED}/piiscrub.fish
  COMMAND piiscrub --generate man | gzip -9n > piiscrub.1.gz
  COMMAND piiscrub --generate complete-bash > piiscrub.bash
  COMMAND piiscrub --generate complete-zsh > _piiscrub
  COMMAND piiscrub --generate complete-fish > piiscrub.fish
  DEPENDS piiscrub
  WORKING_DIRECTORY ${PIISCRUB_GENERATED} VERBATIM)
add_custom_target(piiscrub_generated ALL DEPENDS ${PIISCRUB_GENERATED}/piiscrub.1.gz)

install(FILES ${PIISCRUB_GENERATED}/piiscrub.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PIISCRUB_GENERATED}/piiscrub.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME piiscrub)
install(FILES ${PIISCRUB_GENERATED}/_piiscrub DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${PIISCRUB_GENERATED}/piiscrub.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES packaging/systemd/piiscrub.service packaging/systemd/piiscrub.socket DESTINATION lib/systemd/system)
install(FILES packaging/systemd/piiscrub.sysusers DESTINATION lib/sysusers.d RENAME piiscrub.conf)
install(FILES packaging/systemd/piiscrub.tmpfiles DESTINATION lib/tmpfiles.d RENAME piiscrub.conf)
install(FILES packaging/piiscrub.toml DESTINATION /etc/piiscrub)
install(FILES packaging/piiscrub.logrotate DESTINATION /etc/logrotate.d RENAME piiscrub)
# With what the licences of the libraries that are linked in ask to be shown, as Debian's packages have it.
set(PIISCRUB_COPYRIGHT ${PIISCRUB_GENERATED}/copyright)
configure_file(LICENSE ${PIISCRUB_COPYRIGHT} COPYONLY)
string(REGEX MATCH "^[0-9]+" PIISCRUB_GCC_MAJOR ${CMAKE_CXX_COMPILER_VERSION})
foreach(package libhyperscan-dev libvectorscan-dev libre2-dev libhwy-dev libuv1-dev libfmt-dev libcli11-dev
                libtomlplusplus-dev libssl-dev zlib1g-dev libsqlite3-dev libstdc++-${PIISCRUB_GCC_MAJOR}-dev)
  if(EXISTS /usr/share/doc/${package}/copyright)
    file(READ /usr/share/doc/${package}/copyright notice)
    file(APPEND ${PIISCRUB_COPYRIGHT} "\n${package}\n\n${notice}")
  endif()
endforeach()
install(FILES ${PIISCRUB_COPYRIGHT} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md packaging/CHANGELOG.md packaging/example-policy.toml DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY packaging/integrations DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN "*.swp" EXCLUDE)

# cpack would build the tests as well: `cmake --build` comes first.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY TRUE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "piiscrub <piiscrub@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "log scrubber: personal data and secrets leave as labels")
set(CPACK_PACKAGE_DESCRIPTION
    "A filter and a service that stands between applications and whatever stores their logs. Personal data and secrets
are replaced, everything else leaves byte for byte as it came.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS passwd)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libmicrohttpd12, logrotate, rsyslog | syslog-ng-core")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/deb/conffiles;${PROJECT_SOURCE_DIR}/packaging/deb/postinst"
    "${PROJECT_SOURCE_DIR}/packaging/deb/prerm;${PROJECT_SOURCE_DIR}/packaging/deb/postrm")
include(CPack)
