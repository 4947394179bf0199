import { CycleTag, ResetCycleTag } from "./cycle.js";
import { EchoTag } from "./echo.js";
import { BlockTag, ExtendsTag } from "./extends.js";
import { ForTag } from "./for.js";
import { IfTag } from "./if.js";
import { IncludeTag } from "./include.js";
import { PaginateTag } from "./paginate.js";
import { PartialDefinitionTag, PartialTag } from "./partial.js";
import { RegroupTag } from "./regroup.js";
import { RenderTag } from "./render.js";
import { FilterTag, IfChangedTag, SpacelessTag } from "./texts.js";
import { WithTag } from "./with.js";

/** The tags that write their own code, besides those of LiquidJS that are compiled as they are. */
export const compiledTags = {
  block: BlockTag,
  cycle: CycleTag,
  echo: EchoTag,
  extends: ExtendsTag,
  filter: FilterTag,
  for: ForTag,
  if: IfTag,
  ifchanged: IfChangedTag,
  include: IncludeTag,
  layout: ExtendsTag,
  paginate: PaginateTag,
  partial: PartialTag,
  partialdef: PartialDefinitionTag,
  regroup: RegroupTag,
  render: RenderTag,
  resetcycle: ResetCycleTag,
  spaceless: SpacelessTag,
  with: WithTag,
};
