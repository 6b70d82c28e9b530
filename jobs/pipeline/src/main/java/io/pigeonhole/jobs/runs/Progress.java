package io.pigeonhole.jobs.runs;

/** Where long work says how far it is. */
public interface Progress {

    /** A state that the next call replaces, such as "pass 12, loss 0.31, 40 of 212 classes open". */
    void update(String state);

    /** Removes the state from the screen, before something lasting is printed. */
    void clear();

    /** Says nothing. */
    Progress SILENT = new Progress() {
        @Override
        public void update(String state) {}

        @Override
        public void clear() {}
    };
}
