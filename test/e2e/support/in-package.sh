#!/bin/sh
# Starts the packaged app for an end-to-end test, in this very process: as an ordinary user, with hosts of
# this test alone, and the app at a place that user can surely read. What it needs is in variables, because
# Playwright gives the app's arguments.
exec unshare --mount --propagation private sh -c '
  mount --bind "$LETTERHEAD_E2E_HOSTS" /etc/hosts &&
  mount --bind "$LETTERHEAD_E2E_PACKAGE" /mnt &&
  exec setpriv --reuid "$LETTERHEAD_E2E_UID" --regid "$LETTERHEAD_E2E_GID" --clear-groups -- "$@"
' sh /mnt/letterhead "$@"
