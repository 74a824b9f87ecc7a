/** Reading and writing a profile. */
import fc from 'fast-check';
import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { profileKeys, type ProfileFields } from './index';
import {
  envelope,
  expectRefusal,
  idAt,
  keyHeaders,
  officialClient,
  send,
  putProfile,
  startForTest,
} from './support';

const fields: ProfileFields = {
  business_name: 'Name',
  business_email: 'a@b.example',
  business_phone: '+1 555 0100',
  business_address: 'Line 1\r\nLine 2',
  external_metadata: '{}',
};
const without = (key: string) => Object.entries(fields).filter(([name]) => name !== key);

describe('GET', () => {
  it('returns the five fields in a complete envelope', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const body = await envelope(send(standin, `/organizations/${id}/profile`));
    const profile = standin.profileOf(id);
    expect(body).toEqual({ success: true, errors: [], messages: [], result: profile });
    expect(Object.keys(profile ?? {})).toEqual([...profileKeys]);
    expect(await officialClient(standin).organizations.organizationProfile.get(id)).toEqual(
      profile,
    );
  });

  it('answers 404 without a profile, until a PUT creates one', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    standin.setProfile(id, null);
    await expectRefusal(send(standin, `/organizations/${id}/profile`), 404, 1003);
    expect((await send(standin, `/organizations/${id}`)).status).toBe(200);
    expect((await putProfile(standin, id, JSON.stringify(fields))).status).toBe(204);
    expect(standin.profileOf(id)).toEqual(fields);
  });

  it('returns withheld fields as missing or null, also in embedded profiles, and keeps their texts', async () => {
    const standin = await startForTest({ embedProfiles: true });
    const id = idAt(standin, 0);
    standin.setProfile(id, fields);
    standin.withhold(id, { business_phone: 'missing', external_metadata: 'null' });
    const { business_phone: _phone, ...rest } = fields;
    const shown = { ...rest, external_metadata: null };
    const profile = `/organizations/${id}/profile`;
    expect((await envelope(send(standin, profile))).result).toEqual(shown);
    const item = (await envelope(send(standin, `/organizations/${id}`))).result;
    expect((item as { profile: object }).profile).toEqual(shown);
    const [first] = (await envelope(send(standin, '/organizations'))).result as {
      profile: object;
    }[];
    expect(first?.profile).toEqual(shown);
    expect(standin.profileOf(id)).toEqual(fields);
    standin.withhold(id, {});
    expect((await envelope(send(standin, profile))).result).toEqual(fields);
  });
});

describe('PUT', () => {
  it('is answered with 204, without a body', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const headers = { ...keyHeaders(standin), 'content-type': 'application/json' };
    const path = `${standin.url}/organizations/${id}/profile`;
    const answer = await new Promise<{
      status?: number | undefined;
      headers: object;
      bytes: number;
    }>((resolve, reject) => {
      const sending = httpRequest(path, { method: 'PUT', headers }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => (bytes += chunk.length));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, bytes }),
        );
      });
      sending.on('error', reject).end(JSON.stringify(fields));
    });
    expect(answer).toMatchObject({ status: 204, bytes: 0 });
    for (const name of ['content-type', 'content-length', 'transfer-encoding']) {
      expect(answer.headers).not.toHaveProperty(name);
    }
    expect(standin.profileOf(id)).toEqual(fields);
  });

  it('stores every text verbatim', async () => {
    const standin = await startForTest({ limits: false });
    const id = idAt(standin, 0);
    const profiles = officialClient(standin).organizations.organizationProfile;
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const anyFields = fc.record({
      business_name: text,
      business_email: text,
      business_phone: text,
      business_address: text,
      external_metadata: fc.json(),
    });
    await fc.assert(
      fc.asyncProperty(anyFields, async (sent) => {
        await profiles.update(id, sent);
        expect(await profiles.get(id)).toEqual(sent);
      }),
      { numRuns: 50 },
    );
    const odd = {
      ...fields,
      business_name: '\ud83c',
      business_phone: '\0 \u202e\ufeff e\u0301 \u00e9',
    };
    await profiles.update(id, odd);
    expect(await profiles.get(id)).toEqual(odd);
    expect(standin.violations).toEqual([]);
  });

  it.each(profileKeys)('refuses a body without %s, and changes nothing', async (key) => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const before = standin.profileOf(id);
    const body = JSON.stringify(Object.fromEntries(without(key)));
    const refusal = await expectRefusal(putProfile(standin, id, body), 400, 1004);
    expect(refusal.errors).toEqual([
      { code: 1004, message: `${key} is required`, source: { pointer: `/${key}` } },
    ]);
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.violations).toEqual([`a PUT without ${key}`]);
  });

  it.each([[null], [5], [true], [['x']], [{}]])(
    'refuses a value that is no text: %j',
    async (value) => {
      const standin = await startForTest();
      const body = JSON.stringify({ ...fields, business_phone: value });
      await expectRefusal(putProfile(standin, idAt(standin, 0), body), 400, 1004);
      expect(standin.violations).toEqual(['a PUT with business_phone not a text']);
    },
  );

  it.each(['extra', '__proto__', 'constructor'])('refuses the unknown field %s', async (key) => {
    const standin = await startForTest();
    const body = `{"${key}":"x",${JSON.stringify(fields).slice(1)}`;
    await expectRefusal(putProfile(standin, idAt(standin, 0), body), 400, 1004);
    expect(standin.violations).toEqual([`a PUT with the unknown field ${key}`]);
  });

  it.each([
    ['no JSON', '{"business_name":', 1006],
    ['nothing', '', 1006],
    ['a list', '[]', 1006],
    ['null', 'null', 1006],
    ['a text', '"x"', 1006],
  ])('refuses a body that is %s', async (_, body, code) => {
    const standin = await startForTest();
    await expectRefusal(putProfile(standin, idAt(standin, 0), body), 400, code);
    expect(standin.violations).toHaveLength(1);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const standin = await startForTest();
    const bytes = Buffer.from(
      JSON.stringify({ ...fields, business_name: 'Z\u00fcrich' }),
      'latin1',
    );
    const headers = { ...keyHeaders(standin), 'content-type': 'application/json' };
    const path = `/organizations/${idAt(standin, 0)}/profile`;
    await expectRefusal(send(standin, path, { method: 'PUT', headers, body: bytes }), 400, 1006);
  });

  it('requires content-type JSON, with or without a charset', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const body = JSON.stringify(fields);
    await expectRefusal(putProfile(standin, id, body, 'text/plain'), 400, 1005);
    expect((await putProfile(standin, id, body, 'Application/JSON; charset=utf-8')).status).toBe(
      204,
    );
    expect(standin.violations).toEqual(['a PUT without content-type application/json']);
  });
});

describe('fields known only to the server', () => {
  const extra = { tax_region: 'EU', review: { by: 'system', steps: [1, 2] } };

  it('are sent in GET, accepted unchanged in PUT, and kept', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    standin.setExtraFields(id, extra);
    const profiles = officialClient(standin).organizations.organizationProfile;
    const read = await profiles.get(id);
    expect(read).toMatchObject(extra);
    await profiles.update(id, { ...read, business_name: 'New' });
    expect(await profiles.get(id)).toEqual({ ...read, business_name: 'New' });
    expect(standin.violations).toEqual([]);
  });

  it('must not be omitted or changed by a client that received them', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    standin.setExtraFields(id, extra);
    await send(standin, `/organizations/${id}/profile`);
    await expectRefusal(putProfile(standin, id, JSON.stringify(fields)), 400, 1004);
    const changed = JSON.stringify({ ...fields, ...extra, tax_region: 'US' });
    await expectRefusal(putProfile(standin, id, changed), 400, 1004);
    expect(standin.violations).toEqual([
      'a PUT without tax_region, which GET had sent',
      'a PUT without review, which GET had sent',
      'a PUT with tax_region other than GET had sent it',
    ]);
  });

  it('may be omitted by a client that never received them, and are kept', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    standin.setExtraFields(id, extra);
    expect((await putProfile(standin, id, JSON.stringify(fields))).status).toBe(204);
    expect(standin.organizations.get(id)?.extraFields).toEqual(extra);
    expect(standin.violations).toEqual([]);
  });
});

it('refuses other methods', async () => {
  const standin = await startForTest();
  const id = idAt(standin, 0);
  const paths = ['/user', '/organizations', `/organizations/${id}`, `/organizations/${id}/profile`];
  for (const path of paths) {
    await expectRefusal(send(standin, path, { method: 'DELETE' }), 405, 10405);
  }
  expect(standin.violations).toEqual(paths.map(() => 'the method DELETE: DELETE'));
});
