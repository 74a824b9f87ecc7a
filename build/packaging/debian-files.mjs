/** The Debian package's metadata: description, dependencies, and how a desktop shows it. */

/** Where the app is installed. */
export const INSTALLED = '/opt/Letterhead';

/**
 * The libraries that Electron and the native parts link to or load, by their names in Debian 12 and 13 and in
 * Ubuntu 22.04 and newer; test/package checks that none is missing.
 */
const DEPENDS = [
  'libasound2t64 | libasound2',
  'libatk-bridge2.0-0t64 | libatk-bridge2.0-0',
  'libatk1.0-0t64 | libatk1.0-0',
  'libatspi2.0-0t64 | libatspi2.0-0',
  'libc6 (>= 2.29)',
  'libcairo2',
  'libcups2t64 | libcups2',
  'libdbus-1-3',
  'libdrm2',
  'libexpat1',
  'libgbm1',
  'libgcc-s1',
  'libglib2.0-0t64 | libglib2.0-0',
  'libgtk-3-0t64 | libgtk-3-0',
  'libnotify4',
  'libnspr4',
  'libnss3',
  'libpango-1.0-0',
  'libsecret-1-0',
  'libstdc++6',
  'libudev1',
  'libx11-6',
  'libxcb1',
  'libxcomposite1',
  'libxdamage1',
  'libxext6',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
  // Opens links in the browser.
  'xdg-utils',
];

/** A keychain for the keys; without one they can only be kept until the app is closed. */
const RECOMMENDS = ['gnome-keyring | kwalletmanager'];

/** The control file. */
export const control = ({ version, arch, kilobytes }) => `Package: letterhead
Version: ${version}
Section: misc
Priority: optional
Architecture: ${arch}
Maintainer: The Letterhead developers <letterhead@letterhead.invalid>
Installed-Size: ${kilobytes}
Depends: ${DEPENDS.join(', ')}
Recommends: ${RECOMMENDS.join(', ')}
Description: keeps organization details up to date at Cloudflare
 Letterhead keeps the name, email, phone, address and metadata of your
 organizations up to date at Cloudflare. Edits are never lost, even offline,
 and are read back before Letterhead says they are saved. Keys are kept in
 the keychain of your desktop.
`;

/** The desktop's menu entry. */
export const desktopEntry = () => `[Desktop Entry]
Type=Application
Name=Letterhead
GenericName=Organization profiles
GenericName[de]=Organisationsprofile
Comment=Keep your organization details up to date at Cloudflare
Comment[de]=Die Angaben zu Ihren Organisationen bei Cloudflare aktuell halten
Exec=/usr/bin/letterhead
Icon=letterhead
Terminal=false
Categories=Office;
Keywords=organization;profile;address;Cloudflare;
Keywords[de]=Organisation;Profil;Adresse;Cloudflare;
StartupNotify=true
StartupWMClass=Letterhead
`;

/** What software centers show. */
export const metainfo = ({ version, date }) => `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>letterhead</id>
  <metadata_license>MIT</metadata_license>
  <project_license>MIT</project_license>
  <name>Letterhead</name>
  <summary>Keep organization details up to date at Cloudflare</summary>
  <summary xml:lang="de">Angaben zu Organisationen bei Cloudflare aktuell halten</summary>
  <description>
    <p>Letterhead keeps the name, email, phone, address and metadata of your organizations up to date at Cloudflare. Edits are never lost, even offline, and are read back before Letterhead says they are saved.</p>
    <p xml:lang="de">Letterhead hält Name, E-Mail, Telefon, Anschrift und Metadaten Ihrer Organisationen bei Cloudflare aktuell. Keine Eingabe geht verloren, auch offline nicht, und jede wird zurückgelesen, bevor Letterhead sie als gespeichert meldet.</p>
  </description>
  <launchable type="desktop-id">letterhead.desktop</launchable>
  <developer id="letterhead">
    <name>The Letterhead developers</name>
  </developer>
  <content_rating type="oars-1.1"/>
  <releases>
    <release version="${version}" date="${date}"/>
  </releases>
</component>
`;

/** The app's license, and where those of its parts are. */
export const copyright = (
  license,
) => `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Letterhead
Comment: The licenses of the packages the app contains are in
 ${INSTALLED}/resources/licenses.txt, Electron's in
 ${INSTALLED}/LICENSE.electron.txt, those of Chromium and its parts in
 ${INSTALLED}/LICENSES.chromium.html.

Files: *
Copyright: The Letterhead developers
License: MIT

License: MIT
${license
  .trim()
  .split('\n')
  .map((line) => ` ${line.trim() || '.'}`)
  .join('\n')}
`;
