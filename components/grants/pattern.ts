/**
 * Returns whether the pattern `outer` matches every string that the pattern `inner` matches, as far as that can be
 * proved. In both, `*` matches any string and `?` matches one character; every other character matches itself.
 */
export function covers(outer: string, inner: string): boolean {
    // reached[i]: the part of `outer` read so far can match the first i characters of `inner`.
    let reached = [true, ...Array.from(inner, () => false)];
    for (const symbol of Array.from(outer)) {
        reached = symbol === "*" ? afterWildcard(reached) : afterCharacter(reached, symbol, Array.from(inner));
    }
    return reached.at(-1) === true;
}

function afterWildcard(reached: readonly boolean[]): boolean[] {
    const first = reached.indexOf(true);
    return reached.map((_, index) => first !== -1 && index >= first);
}

function afterCharacter(reached: readonly boolean[], symbol: string, inner: readonly string[]): boolean[] {
    const matches = (other: string | undefined): boolean => other === symbol || (symbol === "?" && other !== "*");
    return reached.map((_, index) => index > 0 && reached[index - 1] === true && matches(inner[index - 1]));
}
