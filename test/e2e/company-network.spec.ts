/**
 * Company networks: a system proxy given by address or PAC file, a proxy that requires a password, and TLS
 * with the company's own certificate authority (CA). All settings are the system's; on Linux without a
 * desktop these are environment variables and the user's NSS database.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFailure } from '../../src/shared/messages/describe-failure';
import { trust } from '../package/support/trust';
import { sampleSignIn, type Standin } from '../standin';
import { signedByCompany } from '../standin/self-signed';
import { expect, test as base } from './support/fixtures';
import { startCompanyProxy, type CompanyProxy } from './support/company-proxy';
import { appUser } from './support/packaged';
import type { RunningApp } from './support/start';

/** A name that only the proxy resolves, because loopback addresses bypass every proxy. */
const HOST = 'cloudflare.test';
const { ca, ...tls } = await signedByCompany(HOST);

/** How the system configures the proxy. `planted` configures it only in Chromium's own settings file. */
type ProxyBy = 'address' | 'PAC' | 'planted' | 'nothing';

const test = base.extend<{
  proxyBy: ProxyBy;
  /** Whether the system trusts the company's CA. */
  trusted: boolean;
  home: string;
  companyProxy: CompanyProxy;
}>({
  proxyBy: ['address', { option: true }],
  trusted: [true, { option: true }],
  standinOptions: { organizations: 5, tls },

  home: async ({ trusted }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'letterhead-home-'));
    const me = { uid: process.getuid!(), gid: process.getgid!() };
    if (trusted) trust(home, me, ca);
    await use(home);
    await rm(home, { recursive: true, force: true });
  },

  companyProxy: async ({ standin }, use) => {
    const proxy = await startCompanyProxy(() => standin.port);
    await use(proxy);
    await proxy.close();
    expect(proxy.received().includes(sampleSignIn.key), 'the proxy saw the key').toBe(false);
  },

  variables: async ({ standin, companyProxy, proxyBy, home }, use) => {
    // Hides the desktop settings and proxy of the machine that runs the tests.
    const hidden = { XDG_CURRENT_DESKTOP: '', DESKTOP_SESSION: '', no_proxy: '', all_proxy: '' };
    const proxyVariables = {
      address: { https_proxy: companyProxy.url },
      PAC: { auto_proxy: companyProxy.pacUrl },
      planted: { https_proxy: '' },
      nothing: { https_proxy: '' },
    }[proxyBy];
    const url = `https://${HOST}:${standin.port}/client/v4`;
    const api = proxyBy === 'nothing' ? {} : { LETTERHEAD_API_URL: url };
    await use({ ...hidden, ...proxyVariables, ...api, HOME: home });
  },
});

/** Signs in, adds an organization, and saves an edit that Cloudflare confirms. */
async function signInAndSave({ letterhead }: RunningApp, standin: Standin): Promise<void> {
  const [first] = [...standin.organizations.values()];
  await letterhead.setUpOne(first!);
  await letterhead.saveField('business_phone', '+44 20 7946 0701');
  await letterhead.expectSaved();
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0701');
}

/** Expects every tunnel to lead to Cloudflare, and other requests only for these paths. */
function expectOnlyCloudflare(proxy: CompanyProxy, standin: Standin, plainPaths: string[]): void {
  expect(new Set(proxy.tunnels)).toEqual(new Set([`${HOST}:${standin.port}`]));
  expect(new Set(proxy.plainRequests)).toEqual(new Set(plainPaths));
}

/** Submits the sign-in form and expects the failure's message there. */
async function expectSignInFailure(
  { letterhead, page }: RunningApp,
  code: 'network.proxy-sign-in' | 'network.certificate' | 'network.unreachable',
): Promise<void> {
  const { what, next } = describeFailure({ code });
  await letterhead.openAdd();
  await letterhead.signIn();
  await expect(page.getByText(what).first()).toBeVisible();
  await expect(page.getByText(next).first()).toBeVisible();
}

// A packaged app does not accept another API address, and its tests have their own certificates.
if (!appUser) {
  test.describe('with a PAC file', () => {
    test.use({ proxyBy: 'PAC' });

    test('uses the proxy of the PAC file', async ({ launch, standin, companyProxy }) => {
      await signInAndSave(await launch(), standin);
      expectOnlyCloudflare(companyProxy, standin, ['/proxy.pac']);
    });
  });

  test.describe('with a proxy planted in Chromium’s settings in the data folder', () => {
    test.use({ proxyBy: 'planted' });

    test('uses only the proxy of the system', async ({ launch, userData, companyProxy }) => {
      const planted = { proxy: { mode: 'fixed_servers', server: companyProxy.url } };
      await writeFile(join(userData, 'Preferences'), JSON.stringify(planted));
      await expectSignInFailure(await launch(), 'network.unreachable');
      expect(companyProxy.tunnels).toEqual([]);
    });
  });

  test('with the proxy of the system', async ({ launch, standin, companyProxy }) => {
    const challenges = ['Basic realm="office"', 'NTLM', 'Negotiate'];
    // Also for what the app sends by itself when it starts.
    companyProxy.requirePassword(challenges[0]!);
    const running = await launch();
    const { letterhead } = running;

    for (const challenge of challenges) {
      await test.step(`a proxy that requires a password (${challenge.split(' ')[0]}): the message says whom to ask`, async () => {
        companyProxy.requirePassword(challenge);
        await expectSignInFailure(running, 'network.proxy-sign-in');
        expect(standin.requests).toEqual([]);
        expectOnlyCloudflare(companyProxy, standin, []);
        await letterhead.button('Back').click();
      });
    }
    companyProxy.requirePassword(null);

    await test.step('a sign-in and a save use the proxy', async () => {
      await signInAndSave(running, standin);
      expectOnlyCloudflare(companyProxy, standin, []);
    });

    await test.step('an edit waits while the proxy requires a password, and is sent when it no longer does', async () => {
      const [first] = [...standin.organizations.values()];
      companyProxy.requirePassword('Basic realm="office"');
      await letterhead.saveField('business_phone', '+44 20 7946 0702');
      await letterhead.expectWaiting();
      const { what } = describeFailure({ code: 'network.proxy-sign-in' });
      await expect(letterhead.status).toContainText(what);
      await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0702');
      expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0701');

      companyProxy.requirePassword(null);
      await letterhead.tryAgain();
      await letterhead.expectSaved();
      expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0702');
    });
  });

  test.describe("on a network with the company's own certificates", () => {
    test.use({ proxyBy: 'nothing' });

    test('works when the system trusts the CA', async ({ launch, standin }) => {
      await signInAndSave(await launch(), standin);
    });

    test.describe('that the system does not trust', () => {
      test.use({ trusted: false });

      test('nothing is sent, and the message says why', async ({ launch, standin }) => {
        await expectSignInFailure(await launch(), 'network.certificate');
        expect(standin.requests).toEqual([]);
      });
    });
  });
}
