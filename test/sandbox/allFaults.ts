import { ALL_FAULTS } from "./faults";

// Mocha loads this file in its main process and in each worker.
process.env[ALL_FAULTS] = "true";
