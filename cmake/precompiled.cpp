// The one unit of a library that only holds a precompiled header.
