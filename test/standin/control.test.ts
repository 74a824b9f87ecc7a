/** How tests control a running stand-in: edits, hooks, holds and disconnects, and the recorded requests. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { emptyProfile, sampleSignIn, sampleNewKey, startStandin } from './index';
import { selfSigned } from './self-signed';
import {
  envelope,
  expectRefusal,
  idAt,
  officialClient,
  send,
  putProfile,
  startForTest,
} from './support';

const path = (id: string) => `/organizations/${id}/profile`;

describe('state', () => {
  it('serves an edit by someone else, and returns copies of profiles', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const copy = standin.profileOf(id);
    if (copy) copy.business_name = 'changed in the copy';
    standin.setProfile(id, { business_phone: '+1 555 0199' });
    expect((await envelope(send(standin, path(id)))).result).toEqual({
      ...standin.profileOf(id),
      business_name: 'Brightwater Ltd',
      business_phone: '+1 555 0199',
    });
  });

  it('adds and removes organizations and profiles', async () => {
    const standin = await startForTest({ organizations: 0 });
    const { id } = standin.addOrganization({ name: 'New', profile: null });
    expect(standin.profileOf(id)).toBeNull();
    standin.setProfile(id, { business_name: 'New' });
    expect(standin.profileOf(id)).toEqual({ ...emptyProfile(), business_name: 'New' });
    standin.removeOrganization(id);
    await expectRefusal(send(standin, path(id)), 404, 1002);
    expect(() => standin.profileOf(id)).toThrow(id);
    expect(() => standin.setKey('nobody', sampleNewKey)).toThrow('nobody');
  });
});

describe('records', () => {
  it('contain request, time, user and answer, without secrets', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 1);
    const earliest = Date.now();
    await putProfile(standin, id, '{"a":"é"}');
    await send(standin, '/organizations?id=a&id=b', { headers: { authorization: 'Bearer zzz' } });
    const [put, list] = standin.requests;
    expect(put).toMatchObject({
      method: 'PUT',
      path: `/client/v4${path(id)}`,
      route: path(id),
      body: '{"a":"é"}',
      userId: sampleSignIn.userId,
      keyMatches: true,
      status: 400,
      fault: null,
    });
    expect(put?.headers).toMatchObject({
      'x-auth-email': sampleSignIn.email,
      'x-auth-key': 'masked (37 characters)',
      'content-type': 'application/json',
    });
    expect(put?.at).toBeGreaterThanOrEqual(earliest);
    expect(list?.query.getAll('id')).toEqual(['a', 'b']);
    expect(list?.headers['authorization']).toBe('masked (10 characters)');
    expect(JSON.stringify(standin.requests)).not.toContain(sampleSignIn.key);
  });
});

describe('hooks', () => {
  it('before the answer: an edit in the hook is in the answer', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const remove = standin.beforeAnswer({ method: 'GET', path: '/profile' }, async (request) => {
      await Promise.resolve();
      standin.setProfile(id, { business_name: request.route });
    });
    const name = async () =>
      ((await envelope(send(standin, path(id)))).result as { business_name: string }).business_name;
    expect(await name()).toBe(path(id));
    remove();
    standin.setProfile(id, { business_name: 'Own' });
    expect(await name()).toBe('Own');
  });

  it('after the effect: a hook can edit between a PUT and the next GET', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    standin.afterAnswer({ method: 'PUT', nth: 1 }, () =>
      standin.setProfile(id, { business_name: 'Theirs' }),
    );
    const mine = JSON.stringify({ ...emptyProfile(), business_name: 'Mine' });
    await putProfile(standin, id, mine);
    expect(standin.profileOf(id)?.business_name).toBe('Theirs');
    await putProfile(standin, id, mine);
    expect(standin.profileOf(id)?.business_name).toBe('Mine');
  });

  it('that throw count as a violation, and the request is reset', async () => {
    const standin = await startForTest();
    standin.beforeAnswer({}, () => Promise.reject(new Error('broken hook')));
    await expect(send(standin, '/user')).rejects.toThrow();
    expect(standin.violations).toEqual(['the stand-in or a hook failed: Error: broken hook']);
  });
});

describe('holds', () => {
  it('pause one request before it takes effect; other requests pass', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const before = standin.profileOf(id);
    const hold = standin.hold({ method: 'PUT' });
    const put = putProfile(standin, id, JSON.stringify(emptyProfile()));
    const held = await hold.arrived;
    expect(held).toMatchObject({ method: 'PUT', status: null });
    expect((await send(standin, path(id))).status).toBe(200);
    expect(standin.profileOf(id)).toEqual(before);
    hold.release();
    expect((await put).status).toBe(204);
    expect(held.status).toBe(204);
    expect(standin.profileOf(id)).toEqual(emptyProfile());
  });

  it('pause one request after it took effect', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const hold = standin.hold({ method: 'PUT', nth: 2 }, 'after');
    expect((await putProfile(standin, id, '{}')).status).toBe(400);
    const put = putProfile(standin, id, JSON.stringify(emptyProfile()));
    await hold.arrived;
    expect(standin.profileOf(id)).toEqual(emptyProfile());
    hold.release();
    expect((await put).status).toBe(204);
  });

  it('pause nothing if released before the request arrives', async () => {
    const standin = await startForTest();
    standin.hold({}).release();
    expect((await send(standin, '/user')).status).toBe(200);
  });
});

describe('the network', () => {
  const code = (standin: { port: number }) =>
    new Promise<string>((resolve) => {
      const socket = connect(standin.port, '127.0.0.1', () => {
        socket.destroy();
        resolve('connected');
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });

  it('disconnects and comes back at the same address with its state', async () => {
    const standin = await startForTest();
    const { url } = standin;
    expect((await send(standin, '/user')).status).toBe(200);
    await standin.goOffline();
    expect(await code(standin)).toBe('ECONNREFUSED');
    await expect(send(standin, '/user')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await standin.goOnline();
    await standin.goOnline();
    expect(standin.url).toBe(url);
    expect((await send(standin, '/user')).status).toBe(200);
    expect(standin.requests).toHaveLength(2);
  });

  it('loses open requests when it disconnects', async () => {
    const standin = await startForTest();
    const id = idAt(standin, 0);
    const before = standin.profileOf(id);
    const hold = standin.hold({ method: 'PUT' });
    const put = putProfile(standin, id, JSON.stringify(emptyProfile()));
    const lost = expect(put).rejects.toThrow();
    await hold.arrived;
    await standin.goOffline();
    hold.release();
    await lost;
    await standin.goOnline();
    await send(standin, '/user');
    expect(standin.profileOf(id)).toEqual(before);
  });

  it('closes idle, held and delayed requests immediately, even while offline', async () => {
    const standin = await startStandin({ latency: 3_600_000 });
    const arrived = standin.nextRequest({});
    const pending = expect(send(standin, '/user')).rejects.toThrow();
    await arrived;
    await standin.close();
    await pending;
    expect(await code(standin)).toBe('ECONNREFUSED');
    const other = await startStandin();
    await other.goOffline();
    await other.close();
  });

  it('rejects a port in use', async () => {
    const standin = await startForTest();
    await expect(startStandin({ port: standin.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('delays answers by the latency', async () => {
    const standin = await startForTest({ latency: 60 });
    const from = performance.now();
    await send(standin, '/user');
    expect(performance.now() - from).toBeGreaterThanOrEqual(55);
  });

  it('supports HTTPS, which a client without our certificate refuses', async () => {
    const tls = await selfSigned();
    const standin = await startForTest({ tls });
    expect(standin.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/client\/v4$/);
    await expect(send(standin, '/user')).rejects.toMatchObject({
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    const { get } = await import('node:https');
    const status = await new Promise((resolve, reject) => {
      get(`${standin.url}/user`, { ca: tls.cert }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(400);
  });
});

it('lets the official client make a whole edit', async () => {
  const standin = await startForTest({ organizations: 3 });
  const { organizations } = officialClient(standin);
  const [first] = (await organizations.list()).result;
  const id = first?.id ?? '';
  const profile = await organizations.organizationProfile.get(id);
  const edited = { ...profile, business_phone: '+44 20 7946 0999' };
  expect(await organizations.organizationProfile.update(id, edited)).toBeNull();
  expect(await organizations.organizationProfile.get(id)).toEqual(edited);
  expect(standin.violations).toEqual([]);
});
