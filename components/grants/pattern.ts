/**
 * Whether every text that the pattern `inner` stands for is one that `outer` stands for, as far as that can be proved.
 * In both, `*` is any text and `?` is one character; everything else is itself.
 */
export function covers(outer: string, inner: string): boolean {
    // reached[i]: all of `outer` so far can stand for the first i characters of `inner`.
    let reached = [true, ...Array.from(inner, () => false)];
    for (const symbol of Array.from(outer)) {
        reached = symbol === "*" ? afterAnyText(reached) : afterOne(reached, symbol, Array.from(inner));
    }
    return reached.at(-1) === true;
}

function afterAnyText(reached: readonly boolean[]): boolean[] {
    const first = reached.indexOf(true);
    return reached.map((_, index) => first !== -1 && index >= first);
}

function afterOne(reached: readonly boolean[], symbol: string, inner: readonly string[]): boolean[] {
    const stands = (other: string | undefined): boolean => other === symbol || (symbol === "?" && other !== "*");
    return reached.map((_, index) => index > 0 && reached[index - 1] === true && stands(inner[index - 1]));
}
