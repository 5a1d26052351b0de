import assert from "node:assert/strict";
import { formatCosts, median } from "../../../../sandbox/bench/report";

const cost = (seconds: number) => ({ seconds, cpuSeconds: 2 * seconds, megabytes: 100 * seconds });

describe("formatCosts", () => {
    it("shows per program the medians, the extremes and the ratio to the first program", () => {
        const table = formatCosts([
            { title: "an empty program", costs: [2, 1, 3].map(cost) },
            { title: "5 Deployments", costs: [5, 4, 9].map(cost) },
        ]);
        const rows = table.split("\n").map((line) => line.split("│").map((cell) => cell.trim()));
        assert.deepEqual(rows.find(([, title]) => title === "5 Deployments")?.slice(2, -1), [
            "5.00 (4.00 to 9.00)  2.50 ×",
            "10.00 (8.00 to 18.00)  2.50 ×",
            "500 (400 to 900)  2.50 ×",
        ]);
    });

    it("returns the mean of the two middle values of an even number of rounds", () => {
        assert.deepEqual([median([4, 1, 2, 3]), median([3, 1, 2]), median([7])], [2.5, 2, 7]);
    });
});
