import type { CalicoObjects } from './read-objects.ts';
import type { Labels } from './selector-matches.ts';

/**
 * The labels that selectors see: the endpoint's own, and behind them those of its profiles, an earlier
 * profile's before a later one's (felix/labelindex/label_inheritance_index.go, 3.28).
 */
export function inheritedLabels(
  { profiles }: Pick<CalicoObjects, 'profiles'>,
  own: Labels,
  profileNames: readonly string[],
): Labels {
  const parents = profileNames.map(
    (name) => profiles.find(({ metadata }) => metadata.name === name)?.spec?.labelsToApply ?? {},
  );
  return Object.fromEntries(
    [...parents.reverse(), own].flatMap((labels) => Object.entries(labels)),
  );
}
