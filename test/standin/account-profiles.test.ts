/** Reading and writing the profile of an account: permissions, strictness, what an empty text means. */
import { describe, expect, it } from 'vitest';
import {
  emptyProfile,
  profileKeys,
  sampleAccountToken,
  sampleReadOnlyToken,
  type ProfileFields,
} from './index';
import {
  accountAt,
  bearer,
  envelope,
  expectRefusal,
  idAt,
  keyHeaders,
  putAccountProfile,
  putProfile,
  send,
  startForTest,
  tokenOf,
} from './support';

const fields: ProfileFields = {
  business_name: 'Name',
  business_email: 'a@b.example',
  business_phone: '+1 555 0100',
  business_address: 'Line 1\r\nLine 2',
  external_metadata: '{}',
};
const path = (id: string) => `/accounts/${id}/profile`;

describe('GET and PUT', () => {
  it('work with a token and with a key', async () => {
    const standin = await startForTest();
    const id = accountAt(standin, 0);
    for (const headers of [bearer(tokenOf(standin)), keyHeaders(standin)]) {
      standin.setProfile(id, emptyProfile());
      const put = await putAccountProfile(standin, id, fields, headers);
      expect([put.status, await put.text(), put.headers.get('content-type')]).toEqual([
        204,
        '',
        null,
      ]);
      const body = await envelope(send(standin, path(id), { headers }));
      expect(body).toEqual({ success: true, errors: [], messages: [], result: fields });
      expect(standin.profileOf(id)).toEqual(fields);
    }
    expect(standin.violations).toEqual([]);
  });

  it('can answer a PUT with 200 and an envelope', async () => {
    const standin = await startForTest({ accountPut: 200 });
    const id = accountAt(standin, 0);
    const put = await putAccountProfile(standin, id, fields);
    expect(put.status).toBe(200);
    expect(await envelope(put)).toMatchObject({ success: true, result: fields });
    standin.faults.add({ mode: 'put-applied-502', times: 1 });
    const changed = { ...fields, business_name: 'Applied' };
    expect((await putAccountProfile(standin, id, changed)).status).toBe(502);
    expect(standin.profileOf(id)).toEqual(changed);
  });

  it('answer 404 without a profile, and withhold fields', async () => {
    const standin = await startForTest({ organizations: 0 });
    const id = accountAt(standin, 0);
    standin.withhold(id, { business_name: 'missing' });
    const body = await envelope(send(standin, path(id)));
    expect(Object.keys(body.result as object)).toEqual(profileKeys.slice(1));
    standin.setProfile(id, null);
    await expectRefusal(send(standin, path(id)), 404, 1003);
  });

  it('keep extra fields strict, as for organizations', async () => {
    const standin = await startForTest();
    const id = accountAt(standin, 0);
    standin.setExtraFields(id, { tax_region: 'EU' });
    expect((await envelope(send(standin, path(id)))).result).toHaveProperty('tax_region', 'EU');
    await expectRefusal(putAccountProfile(standin, id, fields), 400, 1004);
    const put = await putAccountProfile(standin, id, { ...fields, tax_region: 'EU' });
    expect(put.status).toBe(204);
    await expectRefusal(
      putAccountProfile(standin, id, { ...fields, tax_region: 'EU', x: 1 }),
      400,
      1004,
    );
    expect(standin.violations).toEqual([
      'a PUT without tax_region, which GET had sent',
      'a PUT with the unknown field x',
    ]);
  });

  it('refuse a wrong content type and a value that is no text', async () => {
    const standin = await startForTest();
    const id = accountAt(standin, 0);
    const before = standin.profileOf(id);
    const headers = { ...keyHeaders(standin), 'content-type': 'text/plain' };
    const init = { method: 'PUT', headers, body: JSON.stringify(fields) };
    await expectRefusal(send(standin, path(id), init), 400, 1005);
    await expectRefusal(
      putAccountProfile(standin, id, { ...fields, business_name: null }),
      400,
      1004,
    );
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.violations).toHaveLength(2);
  });

  it('refuse other methods', async () => {
    const standin = await startForTest();
    const id = accountAt(standin, 0);
    for (const route of ['/accounts', `/accounts/${id}`, path(id)]) {
      await expectRefusal(send(standin, route, { method: 'DELETE' }), 405, 10405);
    }
    await expectRefusal(
      send(standin, `/accounts/${id}`, { method: 'PUT', body: '{}' }),
      405,
      10405,
    );
  });
});

describe('permissions', () => {
  it('are apart for reading and writing', async () => {
    const standin = await startForTest();
    const id = accountAt(standin, 0);
    const token = tokenOf(standin);
    const statuses = async () => [
      (await send(standin, path(id), { headers: bearer(token) })).status,
      (await putAccountProfile(standin, id, fields)).status,
    ];
    expect(await statuses()).toEqual([200, 204]);
    token.permissions.accountSettings = 'read';
    expect(await statuses()).toEqual([200, 403]);
    await expectRefusal(putAccountProfile(standin, id, fields), 403, 10000);
    token.permissions.accountSettings = 'none';
    expect(await statuses()).toEqual([403, 403]);
    standin.tokens.push(sampleReadOnlyToken);
    const headers = bearer(sampleReadOnlyToken);
    expect((await send(standin, path(id), { headers })).status).toBe(200);
    await expectRefusal(putAccountProfile(standin, id, fields, headers), 403, 10000);
  });

  it('do not exist for tokens of accounts', async () => {
    const standin = await startForTest();
    const headers = bearer(sampleAccountToken);
    await expectRefusal(send(standin, path(accountAt(standin, 0)), { headers }), 403, 10000);
  });

  it('end at the accounts of the token: 403 or 404, as configured', async () => {
    const standin = await startForTest();
    const headers = bearer(tokenOf(standin));
    tokenOf(standin).accounts = [accountAt(standin, 0)];
    const other = accountAt(standin, 1);
    const paths = [path(other), `/accounts/${other}`, path('0'.repeat(32))];
    for (const route of paths) await expectRefusal(send(standin, route, { headers }), 403, 9109);
    await expectRefusal(putAccountProfile(standin, other, fields), 403, 9109);
    standin.settings.unknownAccount = 404;
    for (const route of paths) await expectRefusal(send(standin, route, { headers }), 404, 1002);
  });

  it('of a token end at accounts: the profile of the organization refuses it', async () => {
    const standin = await startForTest();
    const headers = bearer(tokenOf(standin));
    const route = `/organizations/${idAt(standin, 0)}/profile`;
    await expectRefusal(send(standin, route, { headers }), 403, 10000);
    standin.settings.bearer = 'accept';
    expect((await send(standin, route, { headers })).status).toBe(200);
  });
});

describe('an empty text', () => {
  const partly = { ...fields, business_phone: '', external_metadata: '' };

  it('keeps the old text of an account, and replaces that of an organization', async () => {
    const standin = await startForTest();
    const [account, organization] = [accountAt(standin, 0), idAt(standin, 1)];
    for (const id of [account, organization]) {
      standin.setProfile(id, { business_phone: 'old', external_metadata: 'kept' });
    }
    expect((await putAccountProfile(standin, account, partly)).status).toBe(204);
    expect((await putProfile(standin, organization, JSON.stringify(partly))).status).toBe(204);
    const kept = { ...fields, business_phone: 'old', external_metadata: 'kept' };
    expect(standin.profileOf(account)).toEqual(kept);
    expect(standin.profileOf(organization)).toEqual(partly);
    standin.settings.emptyLeavesUnchanged = { account: false, organization: true };
    standin.setProfile(organization, { business_phone: 'older' });
    await putAccountProfile(standin, account, partly);
    await putProfile(standin, organization, JSON.stringify(partly));
    // The account shares the record of another organization.
    expect(standin.profileOf(account)).toEqual(partly);
    expect(standin.profileOf(organization)).toEqual({ ...partly, business_phone: 'older' });
    expect(standin.violations).toEqual([]);
  });

  it('can be set for one kind by an option, and is empty where there was no profile', async () => {
    const standin = await startForTest({ emptyLeavesUnchanged: { organization: true } });
    expect(standin.settings.emptyLeavesUnchanged).toEqual({ account: true, organization: true });
    const id = accountAt(standin, 0);
    standin.setProfile(id, null);
    await putAccountProfile(standin, id, partly);
    expect(standin.profileOf(id)).toEqual(partly);
  });

  it('and an omitted one mean the same, but to omit one is a violation', async () => {
    const standin = await startForTest();
    const id = accountAt(standin, 0);
    standin.setProfile(id, fields);
    const omitting = { ...emptyProfile(), business_name: 'New' } as Partial<ProfileFields>;
    delete omitting.business_email;
    expect((await putAccountProfile(standin, id, omitting)).status).toBe(204);
    expect(standin.profileOf(id)).toEqual({ ...fields, business_name: 'New' });
    expect(standin.violations).toEqual(['a PUT without business_email']);
    standin.settings.emptyLeavesUnchanged.account = false;
    await expectRefusal(putAccountProfile(standin, id, omitting), 400, 1004);
    expect(standin.violations).toHaveLength(2);
  });
});
