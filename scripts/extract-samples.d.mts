/** A page of documentation and what of it can be run. */
export interface SamplePage {
  readonly page: string;
  readonly folder: string;
  readonly programs: readonly string[];
  readonly problems: readonly string[];
}

export function extractSamples(): SamplePage[];
