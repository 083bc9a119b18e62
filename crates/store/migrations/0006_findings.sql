-- Lines of a toolpath that nobody in the house knows, as its owner is to look at them before it is printed.
ALTER TABLE job ADD COLUMN findings {sealed};
