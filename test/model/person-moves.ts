/** The moves of the person, and of their saves of many, that the model checker tries in all variations. */
import {
  conflictingFields,
  textsUnderDraft,
  type ChangeEvent,
  type ChangeState,
} from '../../src/main/changes/machine';
import type { Choice } from '../../src/shared/organization';
import { isEmpty, touchedFields, type Patch } from '../../src/shared/patch';
import type { Edits, FieldName, Profile } from '../../src/shared/profile';
import { fieldsOf, savesOf, textsOfScope, type Scope } from './scope';

/** A move of the person. */
export interface PersonMove {
  name: string;
  /** The event in this state; null if the move is not possible, or the same as another one. */
  event(state: ChangeState): ChangeEvent | null;
  /** Whether the move is only possible while no send is in progress. */
  onlyIdle?: boolean;
}

const quote = (text: string): string => `"${text}"`;

/** All lists of `count` items in which each item is one of `options`. */
function combinations<T>(count: number, options: readonly T[]): T[][] {
  let lists: T[][] = [[]];
  for (let at = 0; at < count; at += 1) {
    lists = lists.flatMap((list) => options.map((option) => [...list, option]));
  }
  return lists;
}

function editMoves(
  field: FieldName,
  ours: readonly string[],
  all: readonly string[],
): PersonMove[] {
  const typed = ours.map((text): PersonMove => ({
    name: `type ${quote(text)} into ${field}`,
    event: () => ({ type: 'edit', field, text }),
  }));
  // The window may show an older text than the machine has. It reports the shown text as the base.
  const older = ours.flatMap((text) =>
    all.map((base): PersonMove => ({
      name: `type ${quote(text)} into ${field} over a screen that shows ${quote(base)}`,
      event: (state) =>
        base === textsUnderDraft(state)[field] ? null : { type: 'edit', field, text, base },
    })),
  );
  return [...typed, ...older];
}

/**
 * Typing that was under way when a batch made a draft that the window does not show yet. With one field only: the
 * search of two is long, and the fields do not depend on each other's bases.
 */
function editMovesOverUnseenDraft(scope: Scope): PersonMove[] {
  const [field] = fieldsOf(scope);
  if (scope.fields > 1 || !field) return [];
  const all = textsOfScope(scope);
  return all.slice(0, scope.ours).flatMap((text) =>
    all.map((base): PersonMove => ({
      name: `type ${quote(text)} over a draft not on screen, which shows ${quote(base)}`,
      event: ({ draft }) => {
        const unseen = draft[field];
        if (!unseen || unseen.text === text || unseen.base === base) return null;
        return { type: 'edit', field, text, base, remember: true };
      },
    })),
  );
}

/**
 * An import of a text that was edited in a spreadsheet, whose base no one knows. With one field only: the search of
 * two is long, and the fields do not depend on each other's bases.
 */
function importMoves(scope: Scope): PersonMove[] {
  const [field] = fieldsOf(scope);
  if (scope.fields > 1 || !field) return [];
  return textsOfScope(scope)
    .slice(0, scope.ours)
    .map((text) => ({
      name: `import ${quote(text)}`,
      event: ({ draft }) =>
        draft[field] ? null : { type: 'edit', field, text, base: null, batch: 'batch' },
    }));
}

/** All subsets of the fields but the empty one. */
function subsets(scope: Scope): FieldName[][] {
  const names = fieldsOf(scope);
  return combinations(names.length, [true, false])
    .map((list) => names.filter((_, at) => list[at]))
    .filter((fields) => fields.length > 0);
}

/** Moves that name some of the fields. */
function partMoves(scope: Scope): PersonMove[] {
  return subsets(scope).flatMap((fields): PersonMove[] => {
    const all = fields.join(' and ');
    const isPartOf = (patch: Patch = {}): boolean =>
      fields.every((field) => patch[field]) && touchedFields(patch).length > fields.length;
    return [
      {
        name: `discard the draft of ${all}`,
        event: ({ draft }) => (isPartOf(draft) ? { type: 'discardDraft', fields } : null),
      },
      {
        name: `withdraw ${all}`,
        onlyIdle: true,
        event: ({ pending }) =>
          fields.every((field) => pending?.patch[field])
            ? { type: 'withdraw', fields, writing: false }
            : null,
      },
      ...savesOf(scope).flatMap((save): PersonMove[] => [
        {
          name: `release ${all} of ${save}`,
          event: ({ pending }) =>
            isPartOf(pending?.patch) ? { type: 'releaseSave', save, fields } : null,
        },
        {
          name: `submit the draft of ${all} as ${save}`,
          event: ({ draft }) => (isPartOf(draft) ? { type: 'submit', save, fields } : null),
        },
      ]),
    ];
  });
}

/** Events that lead to the same states as another move, or nowhere. The search only checks what comes with them. */
export function checkedOnly(scope: Scope): ChangeEvent[] {
  const ours = textsOfScope(scope).slice(0, scope.ours);
  const parts = subsets(scope);
  return [
    ...fieldsOf(scope).flatMap((field) =>
      ours.map((text) => ({ type: 'edit', field, text, batch: 'batch' }) as const),
    ),
    { type: 'discardDraft', remember: true },
    ...parts.flatMap((fields) => [
      { type: 'discardDraft', fields, remember: true } as const,
      { type: 'withdraw', fields, writing: true } as const,
    ]),
    ...savesOf(scope).map((save) => ({ type: 'cancelSave', save, writing: true }) as const),
  ];
}

function textChoices(scope: Scope): Edits[] {
  const names = fieldsOf(scope);
  const ours = textsOfScope(scope).slice(0, scope.ours);
  return combinations<string | null>(names.length, [null, ...ours])
    .map((list) => {
      const texts: Edits = {};
      list.forEach((text, at) => {
        const name = names[at];
        if (text !== null && name) texts[name] = text;
      });
      return texts;
    })
    .filter((texts) => !isEmpty(texts));
}

const textsText = (texts: Edits): string =>
  Object.entries(texts)
    .map(([field, text]) => `${field} ${quote(text ?? '')}`)
    .join(', ');

function restoreMoves(scope: Scope): PersonMove[] {
  const isRest = ({ draft }: ChangeState, texts: Edits): boolean =>
    touchedFields(draft).some((field) => texts[field] === undefined);
  return textChoices(scope).flatMap((texts) =>
    [false, true].flatMap((replace): PersonMove[] => [
      {
        name: `restore ${textsText(texts)}${replace ? ' instead of the draft' : ''}`,
        event: ({ draft }) =>
          replace && isEmpty(draft) ? null : { type: 'restore', texts, replace },
      },
      {
        name: `restore only ${textsText(texts)}${replace ? ' instead of its draft' : ''}`,
        // Without a draft of other fields it is the same as above.
        event: (state) =>
          isRest(state, texts) ? { type: 'restore', texts, replace, keepOthers: true } : null,
      },
    ]),
  );
}

function saveMoves(save: string): PersonMove[] {
  return [
    {
      name: `submit the draft as ${save}`,
      event: ({ draft }) => (isEmpty(draft) ? null : { type: 'submit', save }),
    },
    {
      name: `cancel ${save}`,
      onlyIdle: true,
      event: () => ({ type: 'cancelSave', save, writing: false }),
    },
    { name: `release ${save}`, event: () => ({ type: 'releaseSave', save }) },
    {
      name: `retry failed changes of ${save}`,
      event: ({ pending }) =>
        pending && { type: 'retry', version: pending.version, remote: pending.remote, save },
    },
  ];
}

const UNKNOWN_COPY: Profile = {
  business_name: 'a copy that was never there',
  business_email: '',
  business_phone: '',
  business_address: '',
  external_metadata: '',
};

/** A decision about the shown copy, and the same about an older version and about another copy. */
function decisionMoves(
  name: string,
  decide: (state: ChangeState, version: number, remote: Profile | null) => ChangeEvent | null,
): PersonMove[] {
  const about = (state: ChangeState) => state.pending?.remote ?? null;
  return [
    {
      name,
      event: (state) => state.pending && decide(state, state.pending.version, about(state)),
    },
    {
      name: `${name}, about an older version`,
      event: (state) => state.pending && decide(state, state.pending.version - 1, about(state)),
    },
    {
      name: `${name}, about another copy`,
      event: (state) => state.pending && decide(state, state.pending.version, UNKNOWN_COPY),
    },
  ];
}

/** Decisions that must change nothing: the copy they are about differs in one field. */
export function staleDecisions(scope: Scope, state: ChangeState): ChangeEvent[] {
  const { pending } = state;
  if (!pending) return [];
  const { version, remote } = pending;
  const names = fieldsOf(scope);
  const copies = remote
    ? names.flatMap((field) =>
        textsOfScope(scope)
          .filter((text) => text !== remote[field])
          .map((text) => ({ ...remote, [field]: text })),
      )
    : [UNKNOWN_COPY];
  const all = (choice: Choice) => Object.fromEntries(names.map((field) => [field, choice]));
  const about = (number: number, copy: Profile): ChangeEvent[] => [
    { type: 'resolve', version: number, remote: copy, choices: all('mine') },
    { type: 'resolve', version: number, remote: copy, choices: all('theirs') },
    { type: 'accept', version: number, remote: copy },
    { type: 'retry', version: number, remote: copy },
  ];
  const incomplete: ChangeEvent[] = remote
    ? [{ type: 'resolve', version, remote, choices: {} }]
    : [];
  return [
    ...copies.flatMap((copy) => about(version, copy)),
    ...about(version - 1, remote ?? UNKNOWN_COPY),
    { type: 'retry', version: version - 1, remote },
    ...savesOf(scope).map(
      (save) => ({ type: 'retry', version: version - 1, remote, save }) as const,
    ),
    { type: 'refuse', version: version - 1 },
    ...incomplete,
  ];
}

function resolveMoves(scope: Scope): PersonMove[] {
  const names = fieldsOf(scope);
  return combinations<Choice>(names.length, ['mine', 'theirs']).flatMap((list) =>
    decisionMoves(`decide ${list.join(' and ')}`, ({ pending }, version, remote) => {
      if (pending?.status !== 'conflict' || !remote) return null;
      const conflicting = conflictingFields(pending);
      const isOther = names.some(
        (name, at) => !conflicting.includes(name) && list[at] === 'theirs',
      );
      if (isOther) return null;
      const choices = Object.fromEntries(
        names.flatMap((name, at) => (conflicting.includes(name) ? [[name, list[at]]] : [])),
      );
      return { type: 'resolve', version, remote, choices };
    }),
  );
}

/** All moves of the person in a scope. */
export function personMoves(scope: Scope): PersonMove[] {
  const all = textsOfScope(scope);
  const ours = all.slice(0, scope.ours);
  return [
    ...fieldsOf(scope).flatMap((field) => editMoves(field, ours, all)),
    ...editMovesOverUnseenDraft(scope),
    ...importMoves(scope),
    { name: 'discard the draft', event: () => ({ type: 'discardDraft' }) },
    { name: 'submit the draft', event: () => ({ type: 'submit' }) },
    ...partMoves(scope),
    ...restoreMoves(scope),
    { name: 'discard the change', event: () => ({ type: 'discardPending' }) },
    ...savesOf(scope).flatMap((save) => saveMoves(save)),
    ...resolveMoves(scope),
    ...decisionMoves('accept what Cloudflare stored', ({ pending }, version, remote) =>
      pending?.status === 'differs' && remote ? { type: 'accept', version, remote } : null,
    ),
    ...decisionMoves('try again', ({ pending }, version, remote) =>
      pending?.status === 'differs' || pending?.status === 'refused'
        ? { type: 'retry', version, remote }
        : null,
    ),
    {
      name: 'the change is refused',
      event: ({ pending }) => pending && { type: 'refuse', version: pending.version },
    },
  ];
}
