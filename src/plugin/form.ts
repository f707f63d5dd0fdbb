/** A property of a source or sink, or an argument of a function. */
export interface FormField {
  name: string
  type: string
  /** Undefined if there is none, or if a form cannot show it. */
  default: unknown
  optional: boolean
  hint: string
  /** The only permitted values, if the form lists them. */
  values: unknown[]
}

/** The contents of a plugin's form. */
export interface Form {
  description: string
  helpUrl: string
  /** The properties of a source or sink. */
  properties: FormField[]
  /** The named configurations of a source, for its `CONF_KEY`, other than `default`. */
  presets: string[]
  /** A function's arguments, example and result; undefined if it is unknown whether it is an aggregate function. */
  aggregate: boolean | undefined
  args: FormField[]
  example: string
  returns: string
}
