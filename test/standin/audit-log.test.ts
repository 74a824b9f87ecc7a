/** The audit logs of organizations and accounts: what is recorded, filters, pages, permissions and switches. */
import { describe, expect, it } from 'vitest';
import { emptyProfile, sampleSignIn, type AuditEntry, type Standin } from './index';
import {
  accountAt,
  bearer,
  envelope,
  expectRefusal,
  idAt,
  officialClient,
  officialClientWith,
  putAccountProfile,
  putProfile,
  send,
  startForTest,
  tokenOf,
} from './support';

const always = 'since=2000-01-01&before=2200-01-01';
const path = (id: string, query = always) => `/organizations/${id}/logs/audit?${query}`;
const accountPath = (id: string) => `/accounts/${id}/logs/audit?${always}`;
const body = JSON.stringify(emptyProfile());

/** A page of the log of the first organization. */
async function page(standin: Standin, query = '') {
  const answer = await envelope(send(standin, path(idAt(standin, 0), `${always}${query}`)));
  return { entries: answer.result as AuditEntry[], info: answer.result_info };
}

/** A stand-in whose clock advances by a second with each of `count` edits: phone numbers 0, 1, … */
async function withEdits(count: number) {
  const clock = { now: Date.parse('2026-11-02T10:00:00Z') };
  const standin = await startForTest({ now: () => clock.now });
  for (let index = 0; index < count; index += 1) {
    standin.setProfile(idAt(standin, 0), { business_phone: String(index) });
    clock.now += 1000;
  }
  return { standin, clock };
}

const phones = (entries: AuditEntry[]) =>
  entries.map(({ resource }) => (resource.request as { business_phone: string }).business_phone);

describe('an entry', () => {
  it('is made of each PUT, with the ray id of its answer, and who sent it', async () => {
    const now = Date.parse('2026-11-02T10:00:00Z');
    const standin = await startForTest({ now: () => now });
    const id = idAt(standin, 0);
    const put = await putProfile(standin, id, body);
    const { entries } = await page(standin);
    expect(entries).toEqual([
      {
        id: entries[0]?.id,
        action: {
          description: 'Update organization profile',
          result: 'success',
          time: '2026-11-02T10:00:00.000Z',
          type: 'update',
        },
        actor: {
          id: sampleSignIn.userId,
          email: sampleSignIn.email,
          type: 'user',
          context: 'api_key',
          ip_address: '127.0.0.1',
        },
        organization: { id },
        raw: {
          cf_ray_id: put.headers.get('cf-ray'),
          method: 'PUT',
          status_code: 204,
          uri: `/client/v4/organizations/${id}/profile`,
          user_agent: standin.requests[0]?.headers['user-agent'],
        },
        resource: {
          id,
          product: 'organizations',
          request: emptyProfile(),
          response: null,
          scope: 'organizations',
          type: 'organization_profile',
        },
      },
    ]);
    expect(entries[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    standin.settings.audit.shortRayIds = true;
    const next = await putProfile(standin, id, body);
    const ray = (await page(standin)).entries[0]?.raw.cf_ray_id;
    expect(ray).toMatch(/^[0-9a-f]{16}$/);
    expect(next.headers.get('cf-ray')).toBe(`${ray}-FRA`);
  });

  it('of an account is in its own log alone, with the token', async () => {
    const standin = await startForTest({ accountPut: 200 });
    const [account, token] = [accountAt(standin, 1), tokenOf(standin)];
    const put = await putAccountProfile(standin, account, emptyProfile());
    const answer = await envelope(send(standin, accountPath(account), { headers: bearer(token) }));
    expect(answer.result).toMatchObject([
      {
        account: { id: account },
        actor: { context: 'api_token', token_id: token.id, token_name: token.name },
        raw: {
          cf_ray_id: put.headers.get('cf-ray'),
          status_code: 200,
          uri: `/client/v4/accounts/${account}/profile`,
        },
        resource: { id: account, product: 'accounts', type: 'account_profile' },
      },
    ]);
    expect(JSON.stringify(answer.result)).not.toContain(token.value);
    for (const other of [path(idAt(standin, 0)), accountPath(accountAt(standin, 0))])
      expect((await envelope(send(standin, other))).result).toEqual([]);
  });

  it('is not made of a GET or of a refused PUT', async () => {
    const standin = await startForTest();
    await send(standin, `/organizations/${idAt(standin, 0)}/profile`);
    await putProfile(standin, idAt(standin, 0), '{}');
    tokenOf(standin).permissions.accountSettings = 'read';
    await putAccountProfile(standin, accountAt(standin, 0), emptyProfile());
    standin.faults.add({ mode: '503-text', times: 1 });
    await putProfile(standin, idAt(standin, 0), body);
    expect(standin.auditLog).toEqual([]);
  });

  it('is made of a PUT whose answer is lost', async () => {
    const standin = await startForTest();
    standin.faults.add({ mode: 'put-reply-lost', times: 1 });
    await expect(putProfile(standin, idAt(standin, 0), body)).rejects.toThrow();
    expect((await page(standin)).entries).toHaveLength(1);
  });

  it('is made of edits elsewhere, by Erika or someone else', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    standin.setProfile(id, { business_name: 'One' });
    standin.editElsewhere(accountAt(standin, 0), { business_name: 'Two' });
    standin.editElsewhere(
      id,
      { business_name: 'Three' },
      { email: 'kim@brightwater.example', context: 'api_key', userAgent: 'curl/8.9.1' },
    );
    standin.setProfile(id, null);
    const entries = standin.auditLog.toReversed();
    const erika = { email: 'erika@brightwater.example', context: 'dash', type: 'user' };
    expect(entries.map(({ actor }) => actor)).toMatchObject([
      erika,
      { ...erika, email: 'kim@brightwater.example', context: 'api_key' },
      erika,
      erika,
    ]);
    expect(entries.map(({ action }) => action.type)).toEqual([
      'delete',
      'update',
      'update',
      'update',
    ]);
    expect(entries[1]?.raw.user_agent).toBe('curl/8.9.1');
    expect(entries[2]?.raw.user_agent).toMatch(/^Mozilla\/5\.0 /);
    expect(entries[2]?.raw.uri).toBe(`/client/v4/accounts/${accountAt(standin, 0)}/profile`);
    expect(entries[2]?.actor).not.toHaveProperty('userAgent');
    expect(new Set(entries.map(({ raw }) => raw.cf_ray_id)).size).toBe(4);
  });
});

describe('pages', () => {
  it('have the newest first, or the oldest, and are followed by their cursors', async () => {
    const { standin } = await withEdits(5);
    const first = await page(standin, '&limit=2');
    expect(phones(first.entries)).toEqual(['4', '3']);
    expect(first.info).toMatchObject({ count: 2, cursors: { after: first.info?.['cursor'] } });
    const rest = await page(standin, `&limit=9&cursor=${String(first.info?.['cursor'])}`);
    expect(phones(rest.entries)).toEqual(['2', '1', '0']);
    expect(rest.info).toEqual({ count: 3 });
    expect(phones((await page(standin, '&direction=asc&limit=2')).entries)).toEqual(['0', '1']);
    expect(standin.violations).toEqual([]);
  });

  it('repeat and skip nothing if entries are added in between', async () => {
    const { standin } = await withEdits(4);
    const first = await page(standin, '&limit=2');
    standin.setProfile(idAt(standin, 0), { business_phone: 'new' });
    const rest = await page(standin, `&limit=2&cursor=${String(first.info?.['cursor'])}`);
    expect(phones(rest.entries)).toEqual(['1', '0']);
  });

  it('have 100 entries by default', async () => {
    const { standin } = await withEdits(101);
    expect((await page(standin)).entries).toHaveLength(100);
    expect((await page(standin, '&limit=1000')).entries).toHaveLength(101);
  });

  it('are read by the official client, which follows them', async () => {
    const { standin } = await withEdits(5);
    const found: (string | undefined)[] = [];
    const query = { since: '2026-11-02', before: '2026-11-03T00:00:00Z', limit: 2 };
    const { audit } = officialClient(standin).organizations.logs;
    for await (const { id } of audit.list(idAt(standin, 0), query)) found.push(id);
    expect(found).toEqual(standin.auditLog.map(({ id }) => id).reverse());
    expect(standin.requests).toHaveLength(3);
    expect(standin.violations).toEqual([]);
  });
});

describe('filters', () => {
  it('limit the time, with the start but without the end', async () => {
    const { standin } = await withEdits(4);
    const get = async (since: string, before: string) => {
      const query = `since=${encodeURIComponent(since)}&before=${encodeURIComponent(before)}`;
      const answer = await envelope(send(standin, path(idAt(standin, 0), query)));
      return phones(answer.result as AuditEntry[]);
    };
    expect(await get('2026-11-02T10:00:01Z', '2026-11-02T10:00:03Z')).toEqual(['2', '1']);
    expect(await get('2026-11-02T12:00:01+02:00', '2026-11-02T10:00:02.5Z')).toEqual(['2', '1']);
    expect(await get('2026-11-03', '2026-11-04')).toEqual([]);
    expect(await get('2026-11-04', '2026-11-01')).toEqual([]);
  });

  it('select and exclude values', async () => {
    const { standin } = await withEdits(1);
    await putProfile(standin, idAt(standin, 0), body);
    const byToken = { email: '', context: 'api_token', token_id: tokenOf(standin).id } as const;
    standin.editElsewhere(idAt(standin, 0), { business_name: 'By token' }, byToken);
    const [edit, put, token] = standin.auditLog;
    const ids = async (query: string) =>
      (await page(standin, `&direction=asc&${query}`)).entries.map(({ id }) => id);
    expect(await ids('raw_method=PUT')).toHaveLength(3);
    expect(await ids('raw_method=DELETE&raw_method=POST')).toEqual([]);
    expect(await ids('actor_email=erika@brightwater.example')).toEqual([edit?.id]);
    expect(await ids('actor_context.not=dash')).toEqual([put?.id, token?.id]);
    expect(await ids('actor_context.not=dash&actor_context.not=api_key')).toEqual([token?.id]);
    expect(await ids(`raw_uri=${put?.raw.uri}`)).toHaveLength(3);
    expect(await ids(`raw_cf_ray_id=${put?.raw.cf_ray_id}`)).toEqual([put?.id]);
    expect(await ids('resource_product=accounts')).toEqual([]);
    expect(await ids(`actor_token_id=${tokenOf(standin).id}`)).toEqual([token?.id]);
    expect(await ids('raw_status_code.not=204')).toEqual([]);
    const { audit } = officialClient(standin).organizations.logs;
    const found = await audit.list(idAt(standin, 0), {
      since: '2000-01-01',
      before: '2200-01-01',
      actor_context: { not: ['dash', 'api_token'] },
    });
    expect(found.result.map(({ id }) => id)).toEqual([put?.id]);
    expect(standin.violations).toEqual([]);
  });

  it.each([
    '',
    'since=2026-11-02',
    'before=2026-11-02',
    'since=yesterday&before=2026-11-02',
    'since=2026-11-02&before=2026-11-02T10:00:00',
    `${always}&limit=0`,
    `${always}&limit=1001`,
    `${always}&direction=up`,
    `${always}&page=2`,
    `${always}&cursor=bm9uZQ`,
  ])('must be complete and known: %s', async (query) => {
    const standin = await startForTest();
    await expectRefusal(send(standin, path(idAt(standin, 0), query)), 400, 1004);
    expect(standin.violations).toHaveLength(1);
  });

  it('must stay the same with a cursor', async () => {
    const { standin } = await withEdits(3);
    const cursor = String((await page(standin, '&limit=1')).info?.['cursor']);
    for (const change of ['&direction=asc', '&raw_method=PUT']) {
      const query = `${always}&limit=1&cursor=${cursor}${change}`;
      await expectRefusal(send(standin, path(idAt(standin, 0), query)), 400, 1004);
    }
    await expectRefusal(
      send(standin, path(idAt(standin, 1), `${always}&cursor=${cursor}`)),
      400,
      1004,
    );
  });
});

describe('permissions', () => {
  it('are those of a key, and for the log of an account of a token for its settings', async () => {
    const { standin } = await withEdits(1);
    const token = tokenOf(standin);
    const account = accountAt(standin, 0);
    standin.setProfile(account, { business_phone: '2' });
    const get = (url: string) => send(standin, url, { headers: bearer(token) });
    await expectRefusal(get(path(idAt(standin, 0))), 403, 10000);
    token.permissions.accountSettings = 'read';
    const { audit } = officialClientWith(token, standin).accounts.logs;
    const query = { account_id: account, since: '2000-01-01', before: '2200-01-01' };
    expect((await audit.list(query)).result).toHaveLength(1);
    token.permissions.accountSettings = 'none';
    await expectRefusal(get(accountPath(account)), 403, 10000);
    await expectRefusal(get(accountPath('f'.repeat(32))), 403, 10000);
    token.permissions.accountSettings = 'write';
    await expectRefusal(get(accountPath('f'.repeat(32))), 403, 9109);
    const hidden = standin.addOrganization({ visibleTo: [] });
    await expectRefusal(send(standin, path(hidden.id)), 404, 1002);
    await expectRefusal(send(standin, path('not-an-id')), 404, 7003);
    await expectRefusal(send(standin, path(hidden.id), { method: 'PUT' }), 405, 10405);
  });
});

describe('switches', () => {
  it('empty or refuse the log, or remove its path', async () => {
    const { standin } = await withEdits(2);
    const { audit } = standin.settings;
    const get = () => send(standin, path(idAt(standin, 0)));
    audit.answer = 'empty';
    expect(await page(standin)).toEqual({ entries: [], info: { count: 0 } });
    audit.answer = 403;
    await expectRefusal(get(), 403, 10000);
    audit.answer = 404;
    await expectRefusal(get(), 404, 1002);
    audit.answer = 'off';
    await expectRefusal(get(), 404, 7003);
    standin.setProfile(idAt(standin, 0), { business_name: 'Not recorded' });
    audit.answer = 'entries';
    expect((await page(standin)).entries).toHaveLength(2);
  });

  it('delay only the log', async () => {
    const standin = await startForTest({ audit: { delay: 60_000 } });
    const abort = new AbortController();
    let answered = false;
    const arrived = standin.nextRequest({ path: '/logs/audit' });
    const slow = send(standin, path(idAt(standin, 0)), { signal: abort.signal }).then(() => {
      answered = true;
    });
    await arrived;
    expect((await send(standin, '/user')).status).toBe(200);
    expect(answered).toBe(false);
    abort.abort();
    await expect(slow).rejects.toThrow();
    standin.settings.audit.delay = 1;
    expect((await page(standin)).entries).toEqual([]);
  });

  it('make entries odd: missing fields, unknown types, no objects', async () => {
    const { standin } = await withEdits(6);
    standin.settings.audit.odd = true;
    const answer = await envelope(send(standin, path(idAt(standin, 0))));
    const entries = answer.result as (Partial<AuditEntry> | null | string)[];
    expect(entries).toHaveLength(9);
    expect(entries.slice(0, 3)).toEqual([null, 'an entry', {}]);
    const odd = entries.slice(3) as Partial<AuditEntry>[];
    const plain = [...standin.auditLog].reverse();
    for (const [index, entry] of odd.entries()) expect(entry).not.toEqual(plain[index]);
    expect(odd[0]).not.toHaveProperty('actor');
    expect(odd[1]?.action).not.toHaveProperty('time');
    expect(odd[3]?.actor?.context).toBe('telepathy');
  });
});
