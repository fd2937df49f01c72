// All rule groups of a server. A reload keeps the groups that did not change running, and lets the others go on where they stood.
import type { CompiledGroup } from '../rule/compile-rule-file.ts';
import { groupKey } from './group-identity.ts';
import type { RuleWorld } from './rule-world.ts';
import { ScheduledGroup } from './scheduled-group.ts';

/** A rule file that could be compiled; every group has its interval. */
export interface LoadedRuleFile {
  readonly path: string;
  readonly groups: readonly CompiledGroup[];
}

export class RuleManager {
  readonly #world: RuleWorld;
  #groups = new Map<string, ScheduledGroup>();
  /** Only what is there at the start can have stood there before it. */
  #isFirstUpdate = true;
  #updating: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(world: RuleWorld) {
    this.#world = world;
  }

  /** In the order of files and names. */
  get groups(): readonly ScheduledGroup[] {
    return [...this.#groups.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  /** Evaluates these groups from now on, and no others. Resolves when changed groups have ended their running evaluation. */
  update(files: readonly LoadedRuleFile[]): Promise<void> {
    this.#updating = this.#updating.then(() => this.#update(files));
    return this.#updating;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#updating;
    await Promise.all([...this.#groups.values()].map((group) => group.stop()));
  }

  async #update(files: readonly LoadedRuleFile[]): Promise<void> {
    if (this.#stopped) return;
    const before = new Map(this.#groups);
    const next = new Map<string, ScheduledGroup>();
    const changes: Promise<void>[] = [];
    for (const { path, groups } of files)
      for (const group of groups) {
        const key = groupKey(path, group.name);
        const old = before.get(key);
        before.delete(key);
        if (old?.isSameAs(path, group) === true) {
          next.set(key, old);
          continue;
        }
        const fresh = new ScheduledGroup(path, group, this.#world, this.#isFirstUpdate);
        next.set(key, fresh);
        changes.push(this.#replace(old, fresh));
      }
    for (const old of before.values()) changes.push(old.stop().then(() => old.end()));
    await Promise.all(changes);
    this.#groups = next;
    this.#isFirstUpdate = false;
    const places = this.groups.flatMap((group) => group.run.rules.map((run) => group.placeOf(run)));
    this.#world.observer.keepOnly(places, Date.now());
  }

  async #replace(old: ScheduledGroup | undefined, fresh: ScheduledGroup): Promise<void> {
    if (old !== undefined) {
      await old.stop();
      fresh.takeOver(old);
    }
    fresh.start();
  }
}
