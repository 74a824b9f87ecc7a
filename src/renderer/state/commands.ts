/** Menu commands. Pages register for them while they are shown. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { EventPayload, LetterheadApi } from '../../shared/contract/bridge';
import { canUndoTyping, focusedTextControl, type TextControl } from '../ui/text-controls';

type MenuCommand = EventPayload<'menuCommand'>['command'];

/** A menu command, or one that only the window has. `quick-search`: the search box, also where *Search* finds cells. */
export type Command = MenuCommand | 'quick-search';

type UndoCommand = 'undo' | 'redo';

const isUndoCommand = (command: Command): command is UndoCommand =>
  command === 'undo' || command === 'redo';

interface Handler {
  run: () => void;
  can: () => boolean;
  owns: (control: TextControl) => boolean;
}

/** Dispatches menu commands to the handler that was registered last. */
export class Commands {
  readonly #handlers = new SvelteMap<Command, readonly Handler[]>();

  constructor(api: LetterheadApi) {
    api.on.menuCommand(({ command }) =>
      isUndoCommand(command) ? this.undo(command) : this.run(command),
    );
  }

  /** Whether a command would do something now. Reactive. */
  can(command: Command): boolean {
    return this.#handlers.get(command)?.at(-1)?.can() ?? false;
  }

  /** The commands that would do something now, while this control has the focus. Reactive. */
  enabled(control: TextControl | null): MenuCommand[] {
    return [...this.#handlers.keys()]
      .filter((command) => command !== 'quick-search')
      .filter((command) =>
        isUndoCommand(command) ? this.isOfPage(command, control) : this.can(command),
      );
  }

  /** Runs a command. Does nothing when no handler is registered, or when it can do nothing. */
  run(command: Command): void {
    if (this.can(command)) this.#handlers.get(command)?.at(-1)?.run();
  }

  /**
   * Whether Undo or Redo runs its command instead of being about the typing in the focused text control: if none has the
   * focus, or if the handler owns it. Reactive, but for the focus.
   */
  isOfPage(command: UndoCommand, control = focusedTextControl()): boolean {
    const handler = this.#handlers.get(command)?.at(-1);
    if (!handler?.can()) return false;
    return control === null || handler.owns(control);
  }

  /** Runs the command `undo` or `redo`, or else does so with the typing in the focused field. */
  undo(command: UndoCommand): void {
    if (this.isOfPage(command)) this.run(command);
    else if (canUndoTyping(command)) document.execCommand(command);
  }

  /**
   * Registers a handler; returns a function that removes it. Made for `$effect`.
   *
   * @param can whether the handler would do something now, so that the menu can disable its item
   * @param owns for `undo` and `redo`: whether the key runs it while this control has the focus; else it only undoes typing there
   */
  on(
    command: Command,
    run: () => void,
    can: () => boolean = () => true,
    owns: (control: TextControl) => boolean = () => false,
  ): () => void {
    const handler = { run, can, owns };
    const change = (work: (handlers: readonly Handler[]) => readonly Handler[]): void =>
      untrack(() => void this.#handlers.set(command, work(this.#handlers.get(command) ?? [])));
    change((handlers) => [...handlers, handler]);
    return () => change((handlers) => handlers.filter((one) => one !== handler));
  }
}
