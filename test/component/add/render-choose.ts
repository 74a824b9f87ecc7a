/** Renders the second step of adding organizations with a fake main that lists given organizations. */
import { render } from '@testing-library/svelte';
import { vi } from 'vitest';
import ChooseStep from '../../../src/renderer/features/add/ChooseStep.svelte';
import { success } from '../../../src/shared/result';
import type { SignInKind } from '../../../src/shared/sign-in';
import {
  answerAvailable,
  type AvailableScript,
  type ListedOrganization,
} from '../../scripted/available-list';
import { FakeApi } from '../fake-api';
import { row, signIn, signInId } from '../samples';

/** Renders the step for one sign-in. */
export async function renderChoose(fake: FakeApi, onlyNew = false, kind: SignInKind = 'key') {
  fake
    .answer('signIns', 'list', () => success([signIn(1, 'Head office', { kind })]))
    .setRows([row(9, 'Saved already')]);
  const ondone = vi.fn();
  const onback = vi.fn();
  const { context } = await fake.loadedState();
  const { unmount } = render(ChooseStep, {
    props: { signInId: signInId(1), kind, onlyNew, onback, ondone },
    context,
  });
  return { fake, ondone, onback, unmount };
}

/** A fake main for which Cloudflare lists these organizations; `added` collects the ids that are added. */
export function fakeListing(
  all: readonly ListedOrganization[],
  script: Partial<AvailableScript> = {},
) {
  const fake = new FakeApi();
  const added: string[] = [];
  answerAvailable(fake, {
    organizations: () => all,
    add: (ids) => {
      added.push(...ids);
      return ids[0] ?? null;
    },
    ...script,
  });
  return { fake, added };
}
