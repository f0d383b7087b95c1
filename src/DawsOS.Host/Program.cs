using DawsOS.Hosting;

return await CommandLine.RunAsync(args);
