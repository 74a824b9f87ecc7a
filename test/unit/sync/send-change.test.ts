/** Sending one pending change: every way it can go, on the stand-in and a real database. */
import { afterEach, expect, test } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { closeWorlds, SIGN_IN, SyncWorld } from './world';

afterEach(closeWorlds);

const revisions = (world: SyncWorld) =>
  world.read((tables) => tables.revisions.of(world.id).map(({ kind }) => kind));

test('reads, writes, reads back and confirms; fields it does not know go back', async () => {
  const world = await SyncWorld.start();
  world.standin.setExtraFields(world.id, { tax_id: 'X' });
  world.submit({ business_name: 'New name\r\nLtd' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET PUT GET');
  expect(world.steps).toEqual(['reading', 'writing', 'confirming']);
  expect(world.standin.profileOf(world.id)?.business_name).toBe('New name\r\nLtd');
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(revisions(world)).toEqual(['saved']);
  expect(world.progress.of(world.id)).toMatchObject({
    step: null,
    confirmed: { at: world.clock.now(), alsoUpdated: [], messages: [] },
  });
  expect(world.standin.organizations.get(world.id)?.extraFields).toEqual({ tax_id: 'X' });
  expect(world.standin.violations).toEqual([]);
});

test('somebody else’s change of another field survives, and is told', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_phone: '+1 555 0100' });
  world.submit({ business_name: 'New name' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toMatchObject({
    business_name: 'New name',
    business_phone: '+1 555 0100',
  });
  expect(world.saved()).toEqual(world.standin.profileOf(world.id));
  expect(world.progress.of(world.id).confirmed?.alsoUpdated).toEqual(['business_phone']);
});

test('the same field changed on both sides asks, and sends nothing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  world.submit({ business_name: 'Mine', business_phone: '1' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'conflict',
    failure: { code: 'profile.conflict' },
    theirs: { business_name: 'Theirs' },
    desired: { business_name: 'Mine', business_phone: '1' },
  });
  expect(world.traffic()).toBe('GET');
});

test('Cloudflare already holding what is wanted is a confirmation without writing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, { business_name: 'Same' });
  world.submit({ business_name: 'Same' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET');
  expect(revisions(world)).toEqual(['saved']);
});

test('a copy older than two seconds is read again before writing', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  // Between the profile's 404 and the write lies the question about the organization.
  let slow = 1;
  world.standin.beforeAnswer({ path: new RegExp(`/organizations/${world.id}$`) }, () => {
    if (slow-- > 0) world.clock.set(world.clock.now() + 2_001);
  });
  world.submit({ business_name: 'First' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET GET PUT GET');
});

test('a copy whose age cannot be known is read again too: the clock was set back', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  let back = 1;
  world.standin.beforeAnswer({ path: new RegExp(`/organizations/${world.id}$`) }, () => {
    if (back-- > 0) world.clock.set(world.clock.now() - 3_600_000);
  });
  world.submit({ business_name: 'First' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET GET PUT GET');
});

test('an edit between reading and reading again is not overwritten', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  let slow = 1;
  world.standin.beforeAnswer({ path: new RegExp(`/organizations/${world.id}$`) }, () => {
    if (slow-- <= 0) return;
    world.clock.set(world.clock.now() + 2_001);
    world.standin.setProfile(world.id, { ...EMPTY_PROFILE, business_name: 'Theirs' });
  });
  world.submit({ business_name: 'Mine' });
  await world.settled();
  expect(world.row()?.state).toBe('conflict');
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});

test('a copy that is not there yet is read back three times, then shown as stored differently', async () => {
  const world = await SyncWorld.start();
  const before = world.standin.profileOf(world.id);
  // Says it was fine, and applies nothing.
  world.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
  world.submit({ business_name: 'Never there' });
  await world.settled();
  expect(world.traffic()).toBe('GET PUT GET GET GET');
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'profile.stored-differently' },
    theirs: before,
    desired: { business_name: 'Never there' },
  });
});

test('a copy that appears at the second read-back is a confirmation', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
  world.standin.beforeAnswer({ method: 'GET', path: '/profile', nth: 3 }, () =>
    world.standin.setProfile(world.id, { business_name: 'Late' }),
  );
  world.submit({ business_name: 'Late' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.traffic()).toBe('GET PUT GET GET');
});

test('stored differently: both texts kept; trying again sends the same, editing begins from theirs', async () => {
  const world = await SyncWorld.start();
  const remove = world.standin.faults.add({ mode: 'stores-differently' });
  world.standin.setProfile(world.id, { business_address: 'Moved meanwhile' });
  world.submit({ business_phone: '+49 30 1234567' });
  await world.settled();
  expect(world.traffic()).toBe('GET PUT GET');
  const stored = world.standin.profileOf(world.id);
  expect(stored?.business_phone).not.toBe('+49 30 1234567');
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'profile.stored-differently' },
    theirs: stored,
    base: stored,
    desired: { ...stored, business_phone: '+49 30 1234567' },
  });
  expect(world.saved()).toEqual(stored);
  expect(revisions(world)).toEqual(['observed']);
  remove();
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toEqual({
    ...stored,
    business_phone: '+49 30 1234567',
  });
});

test('no profile yet: the first save creates it', async () => {
  const world = await SyncWorld.start();
  world.standin.setProfile(world.id, null);
  world.write((t) => t.profiles.put({ ...t.profiles.get(world.id)!, fields: null }));
  world.submit({ business_name: 'First' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)).toEqual({ ...EMPTY_PROFILE, business_name: 'First' });
});

test('a profile that is gone: refused, the saved copy kept, nothing sent', async () => {
  const world = await SyncWorld.start();
  const saved = world.saved();
  world.standin.setProfile(world.id, null);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
  expect(world.saved()).toEqual(saved);
  expect(world.traffic()).toBe('GET');
});

test('a profile that goes between writing and reading back is not blanked', async () => {
  const world = await SyncWorld.start();
  const saved = world.saved();
  world.standin.afterAnswer({ method: 'PUT' }, () => world.standin.setProfile(world.id, null));
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
  expect(world.saved()).toEqual(saved);
});

test('an organization that is gone: refused', async () => {
  const world = await SyncWorld.start();
  world.standin.removeOrganization(world.id);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'organization.not-found', status: 404 },
  });
});

test('a forbidden organization: asks once whether the sign-in lives, then refuses', async () => {
  const world = await SyncWorld.start({ unknownOrganization: 403 });
  world.standin.removeOrganization(world.id);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'refused',
    failure: { code: 'organization.forbidden', status: 403 },
  });
  expect(world.standin.requests.filter(({ route }) => route === '/user')).toHaveLength(1);
  expect(world.troubles).toEqual([]);
});

test('forbidden and the sign-in dead: paused', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '403-10000' });
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'paused', failure: { code: 'sign-in.refused' } });
  expect(world.troubles.map(([id, { code }]) => [id, code])).toEqual([
    [SIGN_IN, 'sign-in.refused'],
  ]);
});

test('forbidden just after it was added: simply tried again', async () => {
  const world = await SyncWorld.start();
  world.write((tables) => {
    const organization = tables.organizations.get(world.id);
    if (organization) tables.organizations.put({ ...organization, addedAt: world.clock.now() });
  });
  world.standin.faults.add({ mode: '403-9109', times: 2 });
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({
    state: 'waiting',
    failure: { code: 'organization.forbidden' },
  });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.requests.some(({ route }) => route === '/user')).toBe(false);
});

test('added long ago by a clock that was ahead: a refusal is no matter of a moment', async () => {
  const world = await SyncWorld.start({ unknownOrganization: 403 });
  world.write((tables) => {
    const organization = tables.organizations.get(world.id);
    const addedAt = world.clock.now() + 86_400_000;
    if (organization) tables.organizations.put({ ...organization, addedAt });
  });
  world.standin.removeOrganization(world.id);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()?.state).toBe('refused');
});

test('a confirmation says that the sign-in works, a refused write does not', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: '403-9103', match: { method: 'PUT' }, times: 1 });
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()?.state).toBe('paused');
  expect(world.works).toEqual([]);
  world.scheduler.retryNow();
  await world.until(() => world.row() === null && !world.busy());
  expect(world.works).toEqual([SIGN_IN]);
});

test('an organization without a sign-in: paused until it has one', async () => {
  const world = await SyncWorld.start();
  const become = (credentialId: string | null) =>
    world.write((tables) => {
      const organization = tables.organizations.get(world.id);
      if (organization) tables.organizations.put({ ...organization, credentialId });
    });
  become(null);
  world.submit({ business_name: 'New name' });
  await world.settled();
  expect(world.row()).toMatchObject({ state: 'paused', failure: { code: 'sign-in.none' } });
  become(SIGN_IN);
  world.scheduler.signInHealed(SIGN_IN);
  await world.until(() => world.row() === null && !world.busy());
});

test('saving again while a send is on its way, at every step: the newer text ends up at Cloudflare', async () => {
  for (const [method, nth] of [
    ['GET', 1],
    ['PUT', 1],
    ['GET', 2],
  ] as const) {
    for (const when of ['before', 'after'] as const) {
      const world = await SyncWorld.start();
      const hold = world.standin.hold({ method, path: '/profile', nth }, when);
      world.submit({ business_name: 'First', business_phone: '1' });
      await hold.arrived;
      world.submit({ business_name: 'Second' });
      hold.release();
      await world.until(() => world.row() === null && !world.busy());
      expect(world.standin.profileOf(world.id)).toMatchObject({
        business_name: 'Second',
        business_phone: '1',
      });
      expect(world.saved()).toEqual(world.standin.profileOf(world.id));
    }
  }
});

test('typing while a send is on its way: the draft stays, on the confirmed copy', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.type({ business_phone: '2' });
  world.standin.setProfile(world.id, { business_address: 'Theirs' });
  hold.release();
  await world.until(() => world.row() === null && !world.busy());
  const draft = world.read((tables) => tables.drafts.get(world.id));
  const confirmed = world.standin.profileOf(world.id);
  expect(draft?.base).toEqual(confirmed);
  expect(draft?.fields).toEqual({ ...confirmed, business_phone: '2' });
});

test('a change given up while it is on its way: what was written is known as saved', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.discard();
  hold.release();
  await world.until(() => !world.busy());
  expect(world.saved()?.business_name).toBe('First');
  expect(world.progress.of(world.id).confirmed).toBeNull();
});

test('a change given up before it was written is not written', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'GET' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.discard();
  hold.release();
  await world.until(() => !world.busy());
  expect(world.traffic()).toBe('GET');
});

test('an organization removed while its change is on its way leaves nothing behind', async () => {
  const world = await SyncWorld.start();
  const hold = world.standin.hold({ method: 'PUT' });
  world.submit({ business_name: 'First' });
  await hold.arrived;
  world.write((tables) => tables.organizations.remove(world.id));
  hold.release();
  await world.until(() => !world.busy());
  expect(world.saved()).toBeNull();
});

test.each([
  ['edited again', 'Second'],
  ['edited back to the original', null],
])('applied but the answer lost, then %s: no conflict with oneself', async (_, second) => {
  const world = await SyncWorld.start();
  const original = world.standin.profileOf(world.id)?.business_name ?? '';
  const wanted = second ?? original;
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.random = 0.999;
  world.submit({ business_name: 'First' });
  await world.until(() => world.row()?.state === 'waiting', { clock: false });
  expect(world.standin.profileOf(world.id)?.business_name).toBe('First');
  world.submit({ business_name: wanted });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)?.business_name).toBe(wanted);
  expect(world.saved()?.business_name).toBe(wanted);
});

test('two lost answers in a row, then a third edit: still no conflict with oneself', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', match: { nth: 1 }, times: 1 });
  world.standin.faults.add({ mode: 'reset', match: { method: 'PUT', nth: 2 } });
  world.random = 0.999;
  for (const name of ['First', 'Second']) {
    world.submit({ business_name: name });
    await world.until(() => world.row()?.state === 'waiting', { clock: false });
  }
  world.submit({ business_name: 'Third' });
  await world.until(() => world.row() === null && !world.busy());
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Third');
});

test('lost answer, then somebody else undoes it: that is a conflict', async () => {
  const world = await SyncWorld.start();
  world.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  world.submit({ business_name: 'First' });
  await world.until(() => world.row()?.state === 'waiting', { clock: false });
  world.standin.setProfile(world.id, { business_name: 'Theirs' });
  await world.settled();
  await world.until(() => world.row()?.state === 'conflict');
  expect(world.standin.profileOf(world.id)?.business_name).toBe('Theirs');
});

test('messages of Cloudflare reach the confirmation, errors of fields the refusal', async () => {
  const world = await SyncWorld.start();
  const remove = world.standin.faults.add({ mode: 'validation-error', times: 1 });
  world.submit({ business_email: 'odd' });
  await world.settled();
  remove();
  expect(world.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.refused' } });
  expect(world.row()?.failure?.errors?.[0]?.field).toBe('business_email');
  world.standin.faults.add({ mode: 'success-messages' });
  world.scheduler.retryNow(world.id);
  await world.until(() => world.row() === null && !world.busy());
  const messages = world.progress.of(world.id).confirmed?.messages ?? [];
  expect(messages.length).toBeGreaterThan(0);
  expect(messages[0]?.code).toBe(1100);
});
