/** Whether something is so: yes, no, or not to be known, and why not. */
export type Answer = 'yes' | 'no' | { unknown: string };

/** Whether all are so. */
export function all(answers: Iterable<Answer>): Answer {
  let result: Answer = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer !== 'yes' && result === 'yes') result = answer;
  }
  return result;
}

/** Whether all conditions are so of it; none is asked behind one that is not. */
export function allOf<T>(conditions: readonly ((of: T) => Answer)[], of: T): Answer {
  let result: Answer = 'yes';
  for (const condition of conditions) {
    const answer = condition(of);
    if (answer === 'no') return 'no';
    if (result === 'yes') result = answer;
  }
  return result;
}

/** Whether any is so. */
export function any(answers: Iterable<Answer>): Answer {
  let result: Answer = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer !== 'no' && result === 'no') result = answer;
  }
  return result;
}

export function not(answer: Answer): Answer {
  if (answer === 'yes') return 'no';
  return answer === 'no' ? 'yes' : answer;
}

export function known(is: boolean): Answer {
  return is ? 'yes' : 'no';
}
