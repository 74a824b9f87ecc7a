#!/bin/sh
# Becomes the packaged app for an end-to-end test: runs as an ordinary user, with this test's own hosts
# file, and with the app mounted where that user can read it. Its parameters are environment variables
# because Playwright passes the app's arguments.
exec unshare --mount --propagation private sh -c '
  mount --bind "$LETTERHEAD_E2E_HOSTS" /etc/hosts &&
  mount --bind "$LETTERHEAD_E2E_PACKAGE" /mnt &&
  exec setpriv --reuid "$LETTERHEAD_E2E_UID" --regid "$LETTERHEAD_E2E_GID" --clear-groups -- "$@"
' sh /mnt/letterhead "$@"
