/**
 * Where companies put it: behind a proxy that the system names, by address or by a PAC file; behind one
 * that asks for a password; and on a network whose certificates come from the company's own CA. The
 * settings are the system's (on Linux without a desktop: variables, and the user's NSS database).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFailure } from '../../src/shared/messages/describe-failure';
import { trust } from '../package/support/trust';
import { sampleCredential, type OrganizationState, type Standin } from '../standin';
import { signedByCompany } from '../standin/self-signed';
import { expect, test as base } from './support/fixtures';
import { startCompanyProxy, type CompanyProxy } from './support/company-proxy';
import { appUser } from './support/packaged';
import type { RunningApp } from './support/start';

/** A name that only the proxy can find; addresses of this machine would go past every proxy. */
const HOST = 'cloudflare.test';
const { ca, ...tls } = signedByCompany(HOST);

/** How the system names the proxy. */
type ProxyBy = 'address' | 'PAC' | 'planted' | 'nothing';

const test = base.extend<{
  proxyBy: ProxyBy;
  /** Whether the system's certificates know the company's CA. */
  trusted: boolean;
  home: string;
  office: CompanyProxy;
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

  office: async ({ standin }, use) => {
    const office = await startCompanyProxy(() => standin.port);
    await use(office);
    await office.close();
    expect(office.seen().includes(sampleCredential.key), 'the proxy saw the key').toBe(false);
  },

  variables: async ({ standin, office, proxyBy, home }, use) => {
    // Nothing of the machine that runs the tests: neither a desktop's settings nor its own proxy.
    const none = { XDG_CURRENT_DESKTOP: '', DESKTOP_SESSION: '', no_proxy: '', all_proxy: '' };
    const named = {
      address: { https_proxy: office.url },
      PAC: { auto_proxy: office.pacUrl },
      planted: { https_proxy: '' },
      nothing: { https_proxy: '' },
    }[proxyBy];
    const url = `https://${HOST}:${standin.port}/client/v4`;
    const api = proxyBy === 'nothing' ? {} : { LETTERHEAD_API_URL: url };
    await use({ ...none, ...named, ...api, HOME: home });
  },
});

/** The main job: a sign-in, an organization, an edit that Cloudflare confirms. */
async function mainJob({ letterhead }: RunningApp, standin: Standin): Promise<OrganizationState> {
  const [first] = [...standin.organizations.values()];
  await letterhead.setUpOne(first!);
  await letterhead.saveField('Business phone', '+44 20 7946 0701');
  await letterhead.expectSaved();
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0701');
  return first!;
}

/** Every tunnel led to Cloudflare, and nothing was asked for without one. */
function expectOnlyCloudflare(office: CompanyProxy, standin: Standin, plain: string[]): void {
  expect(new Set(office.tunnels)).toEqual(new Set([`${HOST}:${standin.port}`]));
  expect(new Set(office.plain)).toEqual(new Set(plain));
}

/** The sentence and what to do next are read where a sign-in is added. */
async function expectSaid(
  { letterhead, page }: RunningApp,
  code: 'network.proxy-sign-in' | 'network.certificate' | 'network.unreachable',
): Promise<void> {
  const { what, next } = describeFailure({ code });
  await letterhead.openAdd();
  await letterhead.signIn();
  await expect(page.getByText(what).first()).toBeVisible();
  await expect(page.getByText(next).first()).toBeVisible();
}

// A packaged app takes no address of another API, and its makePackageEnvironment have certificates of their own.
if (!appUser) {
  test('through the proxy that the system names', async ({ launch, standin, office }) => {
    await mainJob(await launch(), standin);
    expectOnlyCloudflare(office, standin, []);
  });

  test.describe('with a PAC file', () => {
    test.use({ proxyBy: 'PAC' });

    test('through the proxy that it names', async ({ launch, standin, office }) => {
      await mainJob(await launch(), standin);
      expectOnlyCloudflare(office, standin, ['/proxy.pac']);
    });
  });

  test.describe('with a proxy planted in the settings of Chromium in its folder', () => {
    test.use({ proxyBy: 'planted' });

    test('only the system says which proxy there is', async ({ launch, userData, office }) => {
      const proxy = { mode: 'fixed_servers', server: office.url };
      await writeFile(join(userData, 'Preferences'), JSON.stringify({ proxy }));
      await expectSaid(await launch(), 'network.unreachable');
      expect(office.tunnels).toEqual([]);
    });
  });

  for (const challenge of ['Basic realm="office"', 'NTLM', 'Negotiate']) {
    test(`a proxy that asks for a password (${challenge.split(' ')[0]}): it says whom to ask`, async ({
      launch,
      standin,
      office,
    }) => {
      office.askForPassword(challenge);
      await expectSaid(await launch(), 'network.proxy-sign-in');
      expect(standin.requests).toEqual([]);
      expectOnlyCloudflare(office, standin, []);
    });
  }

  test('an edit waits while the proxy asks for a password, and goes when it lets through', async ({
    launch,
    standin,
    office,
  }) => {
    const running = await launch();
    const { letterhead } = running;
    const first = await mainJob(running, standin);
    office.askForPassword('Basic realm="office"');
    await letterhead.saveField('Business phone', '+44 20 7946 0702');
    await letterhead.expectWaiting();
    const { what } = describeFailure({ code: 'network.proxy-sign-in' });
    await expect(letterhead.status).toContainText(what);
    await expect(letterhead.field('Business phone')).toHaveValue('+44 20 7946 0702');
    expect(standin.profileOf(first.id)!.business_phone).toBe('+44 20 7946 0701');

    office.askForPassword(null);
    await letterhead.tryAgain();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)!.business_phone).toBe('+44 20 7946 0702');
  });

  test.describe("on a network with the company's own certificates", () => {
    test.use({ proxyBy: 'nothing' });

    test('it works when the system knows the CA', async ({ launch, standin }) => {
      await mainJob(await launch(), standin);
    });

    test.describe('that the system does not know', () => {
      test.use({ trusted: false });

      test('nothing is sent, and it says why', async ({ launch, standin }) => {
        await expectSaid(await launch(), 'network.certificate');
        expect(standin.requests).toEqual([]);
      });
    });
  });
}
