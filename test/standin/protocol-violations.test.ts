/** Protocol violations that no other test here covers. */
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { emptyProfile, sampleSignIn, sampleNewKey, sampleToken, type Standin } from './index';
import { expectRefusal, idAt, keyHeaders, send, putProfile, startForTest } from './support';

const { key, userId } = sampleSignIn;

/** Sends a request with exactly this target, which `fetch` would normalize. Returns the status. */
const exact = (standin: Standin, target: string, body = '') =>
  new Promise<number | undefined>((resolve, reject) => {
    const options = {
      port: standin.port,
      host: '127.0.0.1',
      path: target,
      headers: { ...keyHeaders(standin), 'content-length': String(body.length) },
    };
    const sending = request(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sending.on('error', reject).end(body);
  });

it.each([
  '/organizations',
  '/client/v4',
  '/client/v4x/user',
  '/client/v3/user',
  '/',
  'http://other.example/',
])('records a path outside /client/v4: %s', async (target) => {
  const standin = await startForTest();
  expect(await exact(standin, target)).toBe(404);
  expect(standin.violations).toEqual(['a path outside /client/v4: GET']);
});

it('records a key in the URL: plain, escaped, in the path, a former key, or a token', async () => {
  const standin = await startForTest();
  standin.setKey(userId, sampleNewKey);
  const escaped = [...key].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
  const targets = [
    `/client/v4/user?key=${sampleNewKey}`,
    `/client/v4/user?key=${key}`,
    `/client/v4/user?key=${escaped}`,
    `/client/v4/organizations/${key}`,
    `/client/v4/user?token=${sampleToken.value}&broken=%`,
  ];
  for (const target of targets) await exact(standin, target);
  expect(standin.violations).toEqual(targets.map(() => 'a key or token in the URL: GET'));
});

it('records a key in the body', async () => {
  const standin = await startForTest();
  const body = JSON.stringify({ ...emptyProfile(), external_metadata: `key ${key}` });
  await putProfile(standin, idAt(standin, 0), body);
  expect(standin.violations).toEqual(['a key or token in the body: PUT']);
});

it('records a wrong but plausible key in the URL', async () => {
  const standin = await startForTest();
  const wrong = 'b'.repeat(37);
  const headers = { ...keyHeaders(standin), 'x-auth-key': wrong };
  await expectRefusal(send(standin, `/user?k=${wrong}`, { headers }), 403, 9103);
  expect(standin.violations).toEqual(['a key or token in the URL: GET']);
});

it('records a GET with a body', async () => {
  const standin = await startForTest();
  expect(await exact(standin, '/client/v4/user', '{}')).toBe(200);
  expect(standin.violations).toEqual(['a GET with a body: GET']);
});
