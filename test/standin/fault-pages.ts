/**
 * Pages and texts that arrive instead of JSON, written for this project in the style of public reports (sizes
 * and first lines: cloudflare/workers-sdk#2794, #7671, #12990, #10412, #14951).
 */

/** A branded error page of about 7 kB that starts with conditional comments for old browsers. */
export function cloudflareErrorPage(status: number, title: string, ray: string): string {
  const comments = [7, 8, 9]
    .map(
      (version) =>
        `<!--[if IE ${version}]> <html class="no-js ie${version}" lang="en-US"> <![endif]-->`,
    )
    .join('\n');
  const filler = Array.from(
    { length: 68 },
    (_, row) =>
      `<li class="cf-row cf-row-${row}"><span class="cf-icon"></span><p>Host ${row} &mdash; Error</p></li>`,
  ).join('\n');
  return `<!DOCTYPE html>
${comments}
<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->
<head><title>api.cloudflare.com | ${status}: ${title}</title><meta charset="UTF-8" /></head>
<body><div id="cf-wrapper"><h1>${title} <span>Error code ${status}</span></h1>
<ul>
${filler}
</ul>
<p>Cloudflare Ray ID: <strong>${ray}</strong> &bull; Your IP: <span>192.0.2.1</span></p></div></body></html>
`;
}

/** nginx's error page, which Cloudflare sends without its own design. */
export const nginxErrorPage = `<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>cloudflare</center>\r
</body>\r
</html>\r
`;

/** The page of a hotel's Wi-Fi, sent instead of any answer until the guest accepts its terms. */
export const captivePortalPage = `<!DOCTYPE html>
<html><head><title>Welcome to Hotel Seeblick</title></head>
<body><h1>Free Wi-Fi</h1><form action="/accept"><button>Accept and continue</button></form></body></html>
`;

/** The text of a proxy at Cloudflare that lost or did not get its own connection. */
export const upstreamErrorText =
  'upstream connect error or disconnect/reset before headers. reset reason: connection termination';
/** The text of such a proxy that waited too long. */
export const upstreamTimeoutText = 'upstream request timeout';
