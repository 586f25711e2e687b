import { type Case, type RuleDraft, ruleText, withoutLines } from './case.ts';
import type { Ground } from './ground.ts';
import { forgetAdded } from './ipsets.ts';
import { sendProbes, type Truth } from './probe.ts';
import { observer } from './topology.ts';

/** What the kernel did with a case. */
export interface Recording {
  /** One a probe. */
  truths: Truth[];
  /** The rules with their counters afterwards, as iptables-save -c or nft -j prints them. */
  dump: string;
  /** The same of nft as it prints them for people, before any packet; null: they are not nft's. */
  text: string | null;
}

/** The rules of a case do not load. */
export class RefusedRules extends Error {}

/** Plays cases, one after the other; what those before left behind is removed where it matters. */
export class Player {
  #ground: Ground;
  /** Who has rules in the kernel: `iptables-legacy 4`, `nft`, … */
  #loaded = new Set<string>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** `quietMs`: how long to wait for whatever else a packet does. */
  async play(played: Case, quietMs: number): Promise<Recording> {
    const { run, wire } = this.#ground;
    const program = programOf(played);
    await this.#clearBeside(played);
    await wire.setSysctls('node', played.sysctls);
    await this.#load(played);
    const list = ['nft', 'list', 'ruleset'];
    const text = played.dialect === 'nft' ? await run('node', list) : null;
    await wire.forgetConnections();
    const truths = await sendProbes(wire, played.probes, quietMs);
    const show =
      played.dialect === 'nft' ? ['nft', '-j', 'list', 'ruleset'] : [`${program}-save`, '-c'];
    return { truths, dump: await run('node', show), text };
  }

  /** Loads the rules, without those that the program or the kernel refuses. */
  async #load(played: Case): Promise<void> {
    const load = played.dialect === 'nft' ? ['nft', '-f', '-'] : [`${programOf(played)}-restore`];
    const text = ruleText(played);
    try {
      await this.#ground.run('node', load, text);
    } catch (error) {
      const { message } = error as Error;
      const lines = [...message.matchAll(/(?:stdin:|line:? )(\d+)/g)].map(([, line]) =>
        Number(line),
      );
      const rest = withoutLines(played, lines);
      if (ruleText(rest) === text) throw new RefusedRules(message);
      await this.#load(rest);
    }
  }

  /** Rules of the same program are replaced by the case's own; others would see its packets too. */
  async #clearBeside({ dialect, family, tables }: Case): Promise<void> {
    const { run } = this.#ground;
    const isLegacy = dialect === 'iptables-legacy';
    if (!isLegacy && this.#loaded.delete(`iptables-legacy ${family}`)) {
      const legacy = { dialect: 'iptables-legacy', family, tables: [] } as const;
      await run('node', [`${programOf(legacy)}-restore`], ruleText(legacy));
    }
    const others = [`iptables-nft ${family}`, 'nft'].filter((each) => !each.startsWith(dialect));
    if (others.filter((each) => this.#loaded.delete(each)).length > 0) {
      await run('node', ['nft', '-f', '-'], `flush ruleset\n${observer}`);
      for (const each of [4, 6]) this.#loaded.delete(`iptables-nft ${each}`);
    }
    this.#loaded.add(dialect === 'nft' ? 'nft' : `${dialect} ${family}`);
    if (this.#loaded.delete('sets')) await run('node', ['ipset', 'restore'], forgetAdded);
    const adds = ({ target }: RuleDraft) => target.startsWith('-j SET');
    if (tables.some(({ chains }) => chains.some(({ rules }) => rules.some(adds)))) {
      this.#loaded.add('sets');
    }
  }
}

function programOf({ dialect, family }: Pick<Case, 'dialect' | 'family'>): string {
  return `${family === 4 ? 'ip' : 'ip6'}tables-${dialect === 'iptables-legacy' ? 'legacy' : 'nft'}`;
}
