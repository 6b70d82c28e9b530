package io.pigeonhole.jobs.runs;

/** Where long work reports how far it is. */
public interface Progress {

    /**
     * Begins a phase, or goes on with it if it is the present one, and shows its name.
     *
     * @param name stands in {@code run_phases}, so it is a constant of the job, or names a source or a table
     */
    void phase(String name);

    /** Shows a state within the phase, such as "pass 12, loss 0.31, 40 of 212 classes open", in place of the last one. */
    void update(String state);

    /** Removes the state from the screen, before something lasting is printed. */
    void clear();

    /** The same, with a title before all that is shown. */
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
