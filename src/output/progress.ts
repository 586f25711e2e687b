import type { Ora } from 'ora';

/** One step that takes time, from its start to its result. */
export interface Progress {
  /** Says what it is about now. */
  update(title: string): void;
  /** Ends it without a word. */
  stop(): void;
  /** Ends it well; `text` instead of the title. */
  done(text?: string): void;
  /** Ends it badly; `text` instead of the title. */
  fail(text?: string): void;
}

export type StartProgress = (title: string) => Progress;

/** A line a finished step, for logs and pipes. */
export function linesProgress(note: (text: string) => void): StartProgress {
  return (title) => ({
    update: () => {},
    stop: () => {},
    done: (text = title) => note(`done: ${text}`),
    fail: (text = title) => note(`failed: ${text}`),
  });
}

/**
 * A spinner on a terminal. Steps may overlap: a terminal has one spinner, which shows the step
 * that started last, and every finished step leaves its line.
 */
export function spinnerProgress(
  spinner: Ora,
  note: (text: string) => void,
  symbols: { done: string; fail: string },
  sanitize: (text: string) => string,
): StartProgress {
  const running = new Map<object, string>();

  const show = () => {
    const latest = [...running.values()].at(-1);
    if (latest === undefined) spinner.stop();
    else spinner.start(sanitize(latest));
  };

  return (title) => {
    const step = {};
    const end = (symbol: string, text: string) => {
      running.delete(step);
      spinner.stop();
      note(`${symbol} ${sanitize(text)}`);
      show();
    };
    running.set(step, title);
    show();
    return {
      update: (text) => {
        running.set(step, text);
        show();
      },
      stop: () => {
        running.delete(step);
        show();
      },
      done: (text = title) => end(symbols.done, text),
      fail: (text = title) => end(symbols.fail, text),
    };
  };
}
