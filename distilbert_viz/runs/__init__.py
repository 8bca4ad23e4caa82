"""The record of a run on the disk, the queue of a device, and the process that trains. Knows no torch and no Streamlit."""
