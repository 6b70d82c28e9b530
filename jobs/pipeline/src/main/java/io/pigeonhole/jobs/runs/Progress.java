package io.pigeonhole.jobs.runs;

/** Receives progress reports of long work. */
public interface Progress {

    /**
     * Begins a phase, unless it is the present one, and shows its name.
     *
     * @param name of the phase in {@code run_phases}: a constant of the job, or the name of a source or table
     */
    void phase(String name);

    /**
     * Shows a state within the phase, such as "pass 12, loss 0.31, 40 of 212 classes open", and replaces the last one.
     */
    void update(String state);

    /** Removes the state from the screen; call it before printing anything permanent. */
    void clear();

    /** The same progress with a title before each line. */
    default Progress under(String title) {
        Progress shown = this;
        return new Progress() {
            @Override
            public void phase(String name) {
                shown.phase(title + ": " + name);
            }

            @Override
            public void update(String state) {
                shown.update(title + ": " + state);
            }

            @Override
            public void clear() {
                shown.clear();
            }
        };
    }

    /** Shows nothing. */
    Progress SILENT = new Progress() {
        @Override
        public void phase(String name) {}

        @Override
        public void update(String state) {}

        @Override
        public void clear() {}
    };
}
