declare const unit: unique symbol;

/** A number that carries its unit in its type, so that seconds cannot be passed for milliseconds. */
export type Unit<Name extends string> = number & { readonly [unit]: Name };
