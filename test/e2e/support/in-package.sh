#!/bin/sh
# Becomes the packaged app for an end-to-end test: runs as an ordinary user, with this test's own hosts
# file and home folder, and with the app mounted where that user can read it. The home folder is mounted where
# the account has it, because the app does not believe HOME. Its parameters are environment variables because
# Playwright passes the app's arguments.
exec unshare --mount --propagation private sh -c '
  mount --bind "$LETTERHEAD_E2E_HOSTS" /etc/hosts &&
  mount --bind "$LETTERHEAD_E2E_PACKAGE" /mnt &&
  mount --bind "$HOME" "$LETTERHEAD_E2E_HOME" &&
  exec setpriv --reuid "$LETTERHEAD_E2E_UID" --regid "$LETTERHEAD_E2E_GID" --clear-groups -- "$@"
' sh /mnt/letterhead "$@"
