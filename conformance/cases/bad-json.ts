/** Input that is no JSON, for the cases that send it in one way or another. */

/** Texts that are not JSON to any parser, strict or lenient, around a mark. */
export const badJson = (mark: string) => [
  `{"mark":"${mark}","text":`,
  `{"mark":"${mark}`,
  `{"mark" "${mark}"}`,
  `this is not JSON: ${mark}`,
  `}{"mark":"${mark}"`,
  `["${mark}"`,
  "",
];
