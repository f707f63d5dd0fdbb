/** A package that travels with a plugin as it is installed, since it cannot be bundled. */
export interface CarriedPackage {
  name: string
  /** Where it is installed, without links. */
  folder: string
  /** Why it is not bundled, to follow its name. */
  why: string
}
